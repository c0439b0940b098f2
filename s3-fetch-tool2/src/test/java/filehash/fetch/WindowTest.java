package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import filehash.pod.Conf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The entries of files/ over time. The pod's sampler fails each of these tests if there are ever too many. */
class WindowTest {
    private static final Duration BOUND = Await.BOUND;
    private static final int SMALL = (int) Capacity.SMALL;
    private static final int MEDIUM = (int) Capacity.MEDIUM;
    private static final int LARGE = MEDIUM + 1;

    @TempDir
    Path root;
    /** A GET of an object with this name waits for a permit. */
    private final Map<String, Semaphore> gates = new TreeMap<>();
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @BeforeEach
    void start() {
        s3.fails(exchange -> {
            Semaphore gate = exchange.key() == null ? null : gates.get(exchange.key().substring("photos/".length()));
            if (gate == null) {
                return false;
            }
            if (!gate.tryAcquire(BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("never opened");
            }
            exchange.found(s3.objects().get(exchange.key()));
            return false;
        });
    }

    @Test
    void entries_ofAnEarlierAttemptAreWaitedForAndItsLeftoversSwept() throws Exception {
        put("a", 10);
        put("b", 10);
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            Path old = Files.write(pod.directory.file("a"), new byte[10]);
            Path part = Files.write(pod.directory.part("zz"), new byte[10]);
            pod.start().work(conf, "", 0);
            assertIdle("LIST", 0);
            assertTrue(Files.exists(part));
            pod.work(conf, "a", 1);
            Files.delete(old);
            assertEquals(List.of("b"), List.copyOf(pod.hash(conf.id()).keySet()));
            assertEquals(2, pod.fin(conf.id()).orElseThrow().listed());
            assertFalse(Files.exists(part));
        }
    }

    @Test
    void smallObjects_runAheadOfTheirEntries() throws Exception {
        for (int i = 0; i < 20; i++) {
            put("o" + (char) ('a' + i), 100);
        }
        try (FetcherPod pod = new FetcherPod(root, 4, 10_000)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("four entries, and all have been asked for", BOUND,
                    () -> pod.directory.entries().size() == 4 && s3.requests("GET") == 20);
            assertEquals(20, pod.hash(conf.id()).size());
            assertEquals(20, s3.requests("GET"));
        }
    }

    @Test
    void smallObjects_runAheadWithinTheirShareOfTheHeap() throws Exception {
        FakeObject object = FakeObject.of(new byte[SMALL]);
        for (int i = 0; i < 80; i++) {
            s3.objects().put("photos/o" + (10 + i), object);
        }
        try (FetcherPod pod = new FetcherPod(root, 1, 1 << 30)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("one entry, and 16 MiB with what else they take", BOUND,
                    () -> pod.directory.entries().size() == 1 && s3.requests("GET") == 64);
            assertIdle("GET", 64);
            assertEquals(80, pod.hash(conf.id()).size());
        }
    }

    @Test
    void smallObjects_useAsManyConnectionsAsAllowed() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        for (int i = 0; i < 200; i++) {
            put("o" + (100 + i), 100);
        }
        s3.fails(exchange -> {
            if (exchange.key() != null) {
                answers.await();
            }
            return false;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, 100_000)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("all connections are busy", BOUND, () -> s3.requests("GET") == FetcherPod.CONNECTIONS);
            assertIdle("GET", FetcherPod.CONNECTIONS);
            answers.countDown();
            assertEquals(200, pod.hash(conf.id()).size());
        }
    }

    @Test
    void largeObject_waitsForItsEntryBehindSmallOnes() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            put(name, 10);
        }
        put("d", LARGE);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 3, 4 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the small ones are asked for", BOUND, () -> s3.requests("GET") == 3);
            assertIdle("GET", 3);
            gates.get("a").release();
            assertEquals(List.of("a", "b", "c", "d"), List.copyOf(pod.hash(conf.id()).keySet()));
        }
    }

    /** One of four entries is theirs. */
    @Test
    void largeObjects_passSmallOnesThatWaitInMemory() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            put(name, 10);
        }
        put("i", LARGE);
        put("j", LARGE);
        put("k", LARGE);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 8, 8 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("two of them are asked for", BOUND, () -> s3.requests("GET") == 10);
            assertIdle("GET", 10);
            gates.get("a").release();
            assertEquals(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"),
                    List.copyOf(pod.hash(conf.id()).keySet()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 12})
    void objectsOfAllSizes_comeInOrderWithinEachLimit(int limit) throws Exception {
        Random random = new Random(limit);
        int[] sizes = {10, 10, 10, SMALL + 1, LARGE, 2 * LARGE};
        List<String> names = IntStream.range(0, 80).mapToObj("o%02d"::formatted).toList();
        names.forEach(name -> put(name, sizes[random.nextInt(sizes.length)]));
        try (FetcherPod pod = new FetcherPod(root, limit, 6 << 20).segment(MEDIUM + SMALL)) {
            Map<String, String> hashes = pod.fetch(s3);
            assertEquals(names, List.copyOf(hashes.keySet()));
            hashes.forEach((name, hash) -> assertEquals(Contents.sha256(s3.objects().get("photos/" + name).content()),
                    hash));
        }
    }

    @Test
    void largeObject_holdsUpNoSmallOnesBehindIt() throws Exception {
        put("a", LARGE);
        for (String name : List.of("b", "c", "d", "e")) {
            put(name, 10);
        }
        put("f", LARGE);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 2, 4 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("all but the last are asked for", BOUND, () -> s3.requests("GET") == 5);
            assertIdle("GET", 5);
            gates.get("a").release();
            assertEquals(6, pod.hash(conf.id()).size());
        }
    }

    /** Otherwise those among many small ones would arrive one after the other. */
    @Test
    void mediumObjects_runAheadWhereTheyWouldWaitForAnEntry() throws Exception {
        put("a", 10);
        for (String name : List.of("b", "c", "d", "e")) {
            put(name, MEDIUM);
        }
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 2, 8 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("one comes as an entry, and all others are asked for", BOUND,
                    () -> s3.requests("GET") == 5 && size(pod.directory.part("b")) == MEDIUM);
            try (Stream<Path> files = Files.list(root.resolve("files"))) {
                assertEquals(1, files.count());
            }
            gates.get("a").release();
            assertEquals(List.of("a", "b", "c", "d", "e"), List.copyOf(pod.hash(conf.id()).keySet()));
        }
    }

    @Test
    void bytes_ofObjectsThatWaitInMemoryCount() throws Exception {
        for (int i = 0; i < 20; i++) {
            put("o" + (char) ('a' + i), 100);
        }
        try (FetcherPod pod = new FetcherPod(root, 2, 550)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("two entries, and three more asked for", BOUND,
                    () -> pod.directory.entries().size() == 2 && s3.requests("GET") == 5);
            assertIdle("GET", 5);
            assertEquals(20, pod.hash(conf.id()).size());
        }
    }

    @Test
    void bodies_thatWaitInMemoryLeaveNothingBehind() throws Exception {
        for (int i = 0; i < 20; i++) {
            put("o" + (char) ('a' + i), 100);
        }
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (FetcherPod pod = new FetcherPod(root, 2, 10_000)) {
            pod.start().work(conf, "", 0);
            Await.until("all have been asked for", BOUND,
                    () -> pod.directory.entries().size() == 2 && s3.requests("GET") == 20);
        }
        try (Stream<Path> files = Files.list(root.resolve("files"))) {
            assertEquals(List.of("oa", "ob"), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void limits_countPublishedAndUnfinishedEntries() throws Exception {
        FakeObject object = FakeObject.of(new byte[LARGE]);
        for (int i = 0; i < 20; i++) {
            s3.objects().put("photos/o" + (char) ('a' + i), object);
        }
        try (FetcherPod pod = new FetcherPod(root, 4, 1 << 30)) {
            pod.start().work(Confs.of(s3.endpoint(), 0, 1), "", 0);
            Await.until("four entries", BOUND, () -> pod.directory.entries().size() == 4);
            assertEquals(4, s3.requests("GET"));
            pod.take(pod.directory.entries().get(0));
            Await.until("four again", BOUND, () -> pod.directory.entries().size() == 4);
            assertEquals(5, s3.requests("GET"));
            assertEquals(20, pod.hash(Confs.of(s3.endpoint(), 0, 1).id()).size());
        }
    }

    @Test
    void bytes_areReservedInTheOrderOfNames() throws Exception {
        put("a", 600);
        put("b", 600);
        put("c", 10);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the first is asked for", BOUND, () -> s3.requests("GET") == 1);
            assertIdle("GET", 1); // c would fit, but would occupy the room that b needs
            gates.get("a").release();
            assertEquals(List.of("a", "b", "c"), List.copyOf(pod.hash(conf.id()).keySet()));
        }
    }

    @Test
    void entries_becomeVisibleInOrder() throws Exception {
        for (String name : List.of("a", "b", "d")) {
            put(name, 10);
        }
        put("c", LARGE);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 10, 4 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("all are asked for, and a large one has come", BOUND, () -> s3.requests("GET") == 4
                    && size(pod.directory.part("c")) == LARGE);
            assertEquals(List.of(), pod.directory.entries());
            gates.get("a").release();
            assertEquals(4, pod.hash(conf.id()).size());
        }
    }

    @Test
    void objectThatHasGrown_getsItsRoomFromThoseAfterIt() throws Exception {
        put("a", 300);
        put("b", 300);
        put("c", 300);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("all are asked for", BOUND, () -> s3.requests("GET") == 3);
            put("a", 900);
            gates.get("a").release(10);
            Map<String, String> all = pod.hash(conf.id());
            assertEquals(List.of("a", "b", "c"), List.copyOf(all.keySet()));
            assertEquals(Contents.sha256(Contents.random(900, 900)), all.get("a"));
            assertEquals(3, pod.fin(conf.id()).orElseThrow().listed());
        }
    }

    /** It needs an entry then, and would otherwise take the one of an object before it, and wait for its turn. */
    @Test
    void objectInMemory_thatHasGrownAboveFilesBytesLeavesTheEntryToThoseBeforeIt() throws Exception {
        put("a", 0);
        put("b", 1000);
        gates.put("a", new Semaphore(0));
        gates.put("b", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 1, 1000)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("both are asked for", BOUND, () -> s3.requests("GET") == 2);
            put("b", 1500);
            gates.get("b").release(10);
            Await.until("the change is known", BOUND, () -> s3.requests("LIST") == 2
                    && pod.metric("filehash_s3_requests_in_flight") == 1);
            gates.get("a").release();
            Map<String, String> all = pod.hash(conf.id());
            assertEquals(List.of("a", "b"), List.copyOf(all.keySet()));
            assertEquals(Contents.sha256(Contents.random(1500, 1500)), all.get("b"));
        }
    }

    @Test
    void objectThatIsGivenBack_isNotTakenAsRefusedBefore() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            put(name, 10);
        }
        Semaphore refusedOnce = new Semaphore(0);
        Semaphore askedTwice = new Semaphore(0);
        Semaphore givenBack = new Semaphore(0);
        Map<String, Integer> gets = new ConcurrentHashMap<>();
        FetcherPod pod = new FetcherPod(root, 10, 1000);
        s3.fails(exchange -> {
            int get = exchange.key() == null ? 0 : gets.merge(exchange.key(), 1, Integer::sum);
            if ("photos/a".equals(exchange.key()) && get == 1) {
                assertTrue(askedTwice.tryAcquire(BOUND.toSeconds(), TimeUnit.SECONDS));
                put("a", 20); // takes the room of those after it
            } else if ("photos/a".equals(exchange.key()) && get == 3) { // after its current version was read
                givenBack.release();
            } else if ("photos/c".equals(exchange.key()) && get == 1) {
                assertTrue(refusedOnce.tryAcquire(BOUND.toSeconds(), TimeUnit.SECONDS));
                Await.until("the refusal is read", BOUND, () -> pod.metric("filehash_s3_requests_in_flight") == 2);
                s3.objects().put("photos/c", FakeObject.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
            } else if ("photos/b".equals(exchange.key()) && get == 2) {
                askedTwice.release();
                assertTrue(givenBack.tryAcquire(BOUND.toSeconds(), TimeUnit.SECONDS));
                exchange.reset();
                return true;
            } else if ("photos/b".equals(exchange.key()) && (get == 1 || get == 3)) {
                exchange.sendError(403, "AccessDenied", "Access Denied");
                refusedOnce.release();
                return true;
            }
            exchange.found(s3.objects().get(exchange.key() == null ? "" : exchange.key()));
            return false;
        });
        try (pod) {
            assertEquals(Contents.sha256(s3.objects().get("photos/b").content()), pod.fetch(s3).get("b"));
        }
    }

    @ParameterizedTest
    @CsvSource({"60000, 4", "300000, 5"}) // a large object without room is fetched again, a small one waits in memory
    void fullDisk_isWaitedFor(int size, int requests) throws Exception {
        for (String name : List.of("a", "b", "c", "d")) {
            put(name, size);
        }
        try (FetcherPod pod = new FetcherPod(root, 4, size * 3 / 2)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the first", BOUND, () -> pod.directory.entries().size() == 1);
            Files.createSymbolicLink(pod.directory.part("b"), Path.of("/dev/full"));
            Path inTheWay = Files.createDirectories(pod.directory.part("c").resolve("x")).getParent();
            pod.takeAll();
            Await.until("the second", BOUND, () -> pod.directory.entries().size() == 1);
            pod.takeAll();
            Files.move(inTheWay, root.resolve("away")); // in one step: the fetcher removes an empty folder itself
            assertEquals(List.of("a", "b", "c", "d"), List.copyOf(pod.hash(conf.id()).keySet()));
            assertEquals(requests, s3.requests("GET"));
        }
    }

    @Test
    void fullDisk_getsItsRoomFromThoseAfterIt() throws Exception {
        put("a", 10);
        put("b", LARGE);
        gates.put("a", new Semaphore(0));
        try (FetcherPod pod = new FetcherPod(root, 4, 4 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the second has come", BOUND, () -> size(pod.directory.part("b")) == LARGE);
            Files.createSymbolicLink(pod.directory.part("a"), Path.of("/dev/full"));
            gates.get("a").release();
            assertEquals(List.of("a", "b"), List.copyOf(pod.hash(conf.id()).keySet()));
            assertEquals(3, s3.requests("GET"));
        }
    }

    private void put(String name, int size) {
        s3.objects().put("photos/" + name, FakeObject.of(Contents.random(size, size)));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) { // it does not exist yet
            return -1;
        }
    }

    /** Checks that for a while no further request arrives. */
    private void assertIdle(String verb, long requests) {
        long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
        Await.until("a while", BOUND, () -> System.nanoTime() > end || s3.requests(verb) > requests);
        assertEquals(requests, s3.requests(verb));
    }
}
