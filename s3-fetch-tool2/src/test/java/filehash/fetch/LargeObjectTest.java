package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeExchange;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Confs;
import filehash.fetch.transfer.RetryPolicies;
import filehash.fetch.transfer.SpareCpus;
import filehash.job.RateLimits;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object of three chunks: two of 8 MiB and one of 5 bytes. */
class LargeObjectTest {
    private static final int CHUNKS = 3;
    private static final byte[] CONTENT = Contents.random(1, (16 << 20) + 5);
    private static final String HASH = Contents.sha256(CONTENT);
    private static final FakeObject OBJECT =
            FakeObject.of(CONTENT).with("x-amz-checksum-crc64nvme", crc64(CONTENT));
    private static final String KEY = "photos/large";
    private static final long ROOM = 200L << 20;

    @TempDir
    Path root;
    /** A permit for each request for a chunk but the first; fair, so that a request gets those of its own try. */
    private final Semaphore asked = new Semaphore(0, true);
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @BeforeEach
    void start() {
        s3.fails(onChunks(exchange -> false));
        s3.objects().put(KEY, OBJECT);
    }

    @Test
    void chunks_arriveOverSeveralConnectionsPinnedToOneVersion() throws Exception {
        Set<String> ranges = ConcurrentHashMap.newKeySet();
        s3.fails(gets(exchange -> {
            assertEquals(s3.objects().get(KEY).etag(), exchange.header("If-Match"));
            if (!isFirst(exchange)) {
                ranges.add(exchange.header("Range"));
            }
            return false;
        }));
        assertEquals(HASH, fetched());
        assertEquals(CHUNKS, s3.requests("GET"));
        assertEquals(Set.of("bytes=8388608-16777215", "bytes=16777216-16777220"), ranges);
    }

    @Test
    void connections_joinOnceTheCpusAreIdle() throws Exception {
        AtomicBoolean busy = new AtomicBoolean(true);
        AtomicBoolean early = new AtomicBoolean();
        s3.fails(exchange -> {
            if (!exchange.verb().equals("GET")) {
                return false;
            } else if (!isFirst(exchange)) {
                asked.release();
                return false;
            }
            byte[] body = exchange.asked();
            exchange.sendHead(200, exchange.objectHeaders(), body.length);
            int sent = 0;
            for (; sent < 30 && asked.availablePermits() == 0; sent++) {
                drip(exchange, body, sent);
            }
            early.set(sent < 30);
            busy.set(false);
            for (; asked.availablePermits() < CHUNKS - 1; sent++) {
                drip(exchange, body, sent);
            }
            exchange.write(Arrays.copyOfRange(body, sent, body.length), body.length - sent);
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.QUICK,
                new SpareCpus(1, System::nanoTime, () -> busy.get() ? 1 : 0))) {
            assertEquals(HASH, pod.fetch(s3).get("large"));
        }
        assertFalse(early.get());
        assertEquals(CHUNKS, s3.requests("GET"));
    }

    /** The pod's sampler fails it if there is ever a third segment. */
    @Test
    void segments_waitForTheRoomOfTwo() throws Exception {
        s3.fails(exchange -> false);
        try (FetcherPod pod = new FetcherPod(root, 2, 600_000, RetryPolicies.QUICK,
                new SpareCpus(8, System::nanoTime, () -> 0))) {
            assertEquals(HASH, pod.fetch(s3).get("large"));
        }
        assertTrue(s3.requests("GET") > 1);
    }

    /** Otherwise the head, requested again, would wait until all segments of the large one have come. */
    @Test
    void connections_beyondTheFirstGoToOtherDownloadsThatWait() throws Exception {
        s3.objects().put("photos/head", FakeObject.of(new byte[10]));
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.QUICK,
                new SpareCpus(8, System::nanoTime, () -> 0)).segment(1 << 20).connections(3)) {
            AtomicInteger heads = new AtomicInteger();
            s3.fails(exchange -> {
                if ("photos/head".equals(exchange.key()) && heads.incrementAndGet() == 1) {
                    Await.until("all other connections wait for room", Await.BOUND,
                            () -> pod.directory.segments().list().size() == 8);
                    s3.objects().put("photos/head", FakeObject.of(new byte[9]));
                    exchange.found(s3.objects().get("photos/head"));
                }
                return false;
            });
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the head", Await.BOUND, () -> pod.directory.entries().size() == 1);
            assertEquals(8, pod.directory.segments().list().size());
            assertEquals(HASH, pod.hash(conf.id()).get("large"));
        }
    }

    /** Otherwise it would wait for a connection until those behind it have come. */
    @Test
    void connection_thatIsTheOnlyOneStaysThoughOthersWait() throws Exception {
        for (String name : List.of("a", "b", "y", "z")) {
            s3.objects().put("photos/" + name, FakeObject.of(CONTENT));
        }
        s3.objects().remove(KEY);
        CountDownLatch both = new CountDownLatch(1);
        try (FetcherPod pod = new FetcherPod(root, 4, ROOM, RetryPolicies.QUICK,
                new SpareCpus(8, System::nanoTime, () -> 1)).segment(1 << 20).connections(2)) {
            s3.fails(exchange -> {
                if (!exchange.verb().equals("GET")) {
                    return false;
                } else if (exchange.key().compareTo("photos/b") > 0) {
                    Await.until("both before them", Await.BOUND, () -> both.getCount() == 0);
                } else if (isFirst(exchange)) {
                    Await.until("others wait", Await.BOUND, () -> pod.metric("filehash_window_entries") == 4);
                    exchange.sendHead(200, exchange.objectHeaders(), CONTENT.length);
                    exchange.write(CONTENT, (1 << 20) + 1);
                    exchange.end(); // the next request is for one segment, because others are about to join
                    return true;
                }
                return false;
            });
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the first two", Await.BOUND, () -> {
                pod.takeSegments();
                return pod.directory.entries().size() == 2;
            });
            both.countDown();
            assertEquals(4, pod.hash(conf.id()).size());
        }
    }

    @Test
    void throttle_isOpenedAgainByEachChunk() throws Exception {
        AtomicBoolean opened = new AtomicBoolean();
        SpareCpus busy = new SpareCpus(1, System::nanoTime, () -> 1);
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.QUICK, busy)) {
            s3.fails(exchange -> {
                if (!exchange.verb().equals("GET") || !isFirst(exchange)) {
                    return false;
                } else if (limit(pod) > 1) {
                    exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                    return true;
                }
                byte[] body = exchange.asked();
                int two = 16 << 20;
                exchange.sendHead(200, exchange.objectHeaders(), body.length);
                exchange.write(body, two + 1);
                Await.until("the throttle opens", Await.BOUND, () -> limit(pod) >= 2);
                opened.set(true);
                exchange.write(Arrays.copyOfRange(body, two + 1, body.length), body.length - two - 1);
                return true;
            });
            assertEquals(HASH, pod.fetch(s3).get("large"));
        }
        assertTrue(opened.get());
    }

    @Test
    void connection_staysAloneWhileOthersUseTheCpus() throws Exception {
        s3.fails(exchange -> false);
        SpareCpus busy = new SpareCpus(2, System::nanoTime, () -> 1);
        busy.use(() -> {
            try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.QUICK, busy)) {
                assertEquals(HASH, pod.fetch(s3).get("large"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return null;
        });
        assertEquals(1, s3.requests("GET"));
    }

    @Test
    void checksum_ofEachKindCoversTheWholeObject() throws Exception {
        Map<String, String> checksums = Map.of("crc32", Contents.crc32(CONTENT), "crc32c", Contents.crc32c(CONTENT),
                "sha1", Contents.sha("SHA-1", CONTENT), "sha256", Contents.sha("SHA-256", CONTENT));
        for (Map.Entry<String, String> checksum : checksums.entrySet()) {
            s3.objects().put(KEY, new FakeObject(CONTENT, OBJECT.etag(),
                    Map.of("x-amz-checksum-" + checksum.getKey(), checksum.getValue())));
            assertEquals(HASH, fetched(root.resolve(checksum.getKey())), checksum.getKey());
        }
    }

    @Test
    void chunk_thatIsAlwaysCutMakesTheObjectIncomplete() throws Exception {
        int hole = (8 << 20) + 10;
        s3.fails(gets(exchange -> {
            byte[] body = exchange.asked();
            String range = exchange.header("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=|-.*", ""));
            if (from > hole || from + body.length <= hole) {
                return false;
            }
            exchange.sendHead(range == null ? 200 : 206, exchange.objectHeaders(), body.length);
            exchange.write(body, hole - from);
            exchange.reset();
            return true;
        }));
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.cuts(Duration.ofMillis(20)))) {
            assertEquals("INCOMPLETE", pod.fetch(s3).get("large"));
        }
    }

    @Test
    void flippedByte_inAChunkIsNoticed() throws Exception {
        AtomicInteger flips = new AtomicInteger();
        s3.fails(onChunks(exchange -> flips.incrementAndGet() == 2 && flipped(exchange)));
        assertEquals(HASH, fetched());
        assertEquals(2 * CHUNKS, s3.requests("GET"));
    }

    @Test
    void flippedByte_inAChunkTwiceIsCorruptWhateverTheKind() throws Exception {
        Map<String, String> checksums = Map.of("crc64nvme", crc64(CONTENT), "crc32c", Contents.crc32c(CONTENT),
                "sha256", Contents.sha("SHA-256", CONTENT));
        s3.fails(gets(LargeObjectTest::flipped));
        for (Map.Entry<String, String> checksum : checksums.entrySet()) {
            s3.objects().put(KEY, new FakeObject(CONTENT, OBJECT.etag(),
                    Map.of("x-amz-checksum-" + checksum.getKey(), checksum.getValue())));
            assertEquals("CORRUPT", fetched(root.resolve(checksum.getKey())), checksum.getKey());
        }
    }

    @Test
    void onlyTheBrokenChunk_isFetchedAgain() throws Exception {
        AtomicInteger breaks = new AtomicInteger();
        s3.fails(onChunks(exchange -> {
            if (breaks.incrementAndGet() > 1) {
                return false;
            }
            byte[] body = exchange.asked();
            exchange.sendHead(206, exchange.objectHeaders(), body.length);
            exchange.write(body, body.length / 2);
            exchange.reset();
            return true;
        }));
        assertEquals(HASH, fetched());
        assertEquals(CHUNKS + 1, s3.requests("GET"));
    }

    @Test
    void answerWithAnotherRange_isNotAccepted() throws Exception {
        AtomicInteger wrong = new AtomicInteger();
        s3.fails(onChunks(exchange -> {
            if (!exchange.header("Range").startsWith("bytes=83") || wrong.incrementAndGet() > 2) {
                return false;
            }
            byte[] body = new byte[8 << 20];
            Map<String, String> headers = exchange.objectHeaders();
            if (wrong.get() == 1) {
                headers.put("Content-Range", "bytes 0-8388607/16777221");
            } else {
                headers.remove("Content-Range");
            }
            exchange.sendHead(206, headers, body.length);
            exchange.write(body, body.length);
            return true;
        }));
        assertEquals(HASH, fetched());
        assertEquals(CHUNKS + 2, s3.requests("GET"));
    }

    @Test
    void objectThatChangesBetweenItsChunks_arrivesInOneVersion() throws Exception {
        byte[] other = Contents.random(2, (16 << 20) + 5);
        AtomicInteger chunks = new AtomicInteger();
        s3.fails(onChunks(exchange -> {
            if (chunks.incrementAndGet() == 2) {
                s3.objects().put(KEY, FakeObject.of(other).with("x-amz-checksum-crc64nvme", crc64(other)));
                exchange.found(s3.objects().get(KEY));
            }
            return false;
        }));
        assertEquals(Contents.sha256(other), fetched());
    }

    @Test
    void objectThatShrinks_arrivesInItsNewSize() throws Exception {
        s3.fails(onChunks(exchange -> {
            s3.objects().put(KEY, FakeObject.of(new byte[9]));
            exchange.sendError(416, "InvalidRange", "The requested range is not satisfiable");
            return true;
        }));
        assertEquals(Contents.sha256(new byte[9]), fetched());
    }

    @Test
    void objectThatChangesBetweenItsChunksAgain_isChanged() throws Exception {
        AtomicInteger chunks = new AtomicInteger();
        s3.fails(onChunks(exchange -> {
            s3.objects().put(KEY, new FakeObject(CONTENT, "\"" + chunks.incrementAndGet() + "\"", Map.of()));
            exchange.found(s3.objects().get(KEY));
            return false;
        }));
        assertEquals("CHANGED", fetched());
    }

    @Test
    void objectWithoutAVersion_arrivesInOnePiece() throws Exception {
        s3.objects().computeIfPresent(KEY, (key, object) -> object.withoutEtag());
        assertEquals(HASH, fetched());
        assertEquals(1, s3.requests("GET"));
    }

    @Test
    void objectWithoutAVersion_arrivesInOnePieceThoughTheCpusAreIdle() throws Exception {
        s3.objects().computeIfPresent(KEY, (key, object) -> object.withoutEtag());
        s3.fails(exchange -> {
            if (!exchange.verb().equals("GET") || !isFirst(exchange)) {
                return false;
            }
            byte[] body = exchange.asked();
            exchange.sendHead(200, exchange.objectHeaders(), body.length);
            int sent = 0;
            for (; sent < 30; sent++) {
                drip(exchange, body, sent);
            }
            exchange.write(Arrays.copyOfRange(body, sent, body.length), body.length - sent);
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.QUICK,
                new SpareCpus(1, System::nanoTime, () -> 0))) {
            assertEquals(HASH, pod.fetch(s3).get("large"));
        }
        assertEquals(1, s3.requests("GET"));
    }

    /** Each of them would get less, and a server may end what is read too slowly. */
    @Test
    void connections_doNotJoinWhileALimitIsSet() throws Exception {
        s3.fails(exchange -> false);
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM, RetryPolicies.QUICK,
                new SpareCpus(8, System::nanoTime, () -> 0))) {
            pod.directory.write(PodFile.LIMITS, new RateLimits(0, 1 << 30));
            assertEquals(HASH, pod.fetch(s3).get("large"));
        }
        assertEquals(1, s3.requests("GET"));
    }

    @Test
    void emptyEtag_isNoVersion() throws Exception {
        s3.fails(exchange -> false);
        s3.objects().put(KEY, new FakeObject(CONTENT, "", Map.of()));
        assertEquals(HASH, fetched());
        assertEquals(1, s3.requests("GET"));
    }

    @Test
    void refusalThatPasses_leavesNothingUnverified() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        s3.fails(gets(exchange -> {
            if (refusals.getAndIncrement() > 0) {
                return flipped(exchange);
            }
            exchange.sendError(403, "RequestTimeTooSkewed", "The difference is too large");
            return true;
        }));
        assertEquals("CORRUPT", fetched());
    }

    @Test
    void refusalOfAChunk_isThatOfTheObject() throws Exception {
        s3.fails(onChunks(exchange -> {
            exchange.sendError(403, "InvalidObjectState", "The operation is not valid for the object's storage class");
            return true;
        }));
        assertEquals("ARCHIVED", fetched());
    }

    /** It would pass over the segments, and the watermark with it. */
    @Test
    void hasherOfAnEarlierVersion_getsOneFile() throws Exception {
        try (FetcherPod pod = new FetcherPod(root, 2, ROOM).withEarlierHasher()) {
            s3.fails(exchange -> {
                assertEquals(List.of(), pod.directory.segments().list());
                return false;
            });
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the object", Await.BOUND, () -> pod.directory.entries().size() == 1);
            assertFalse(pod.directory.entries().get(0).streamed());
            assertEquals(HASH, pod.hash(conf.id()).get("large"));
        }
    }

    @Test
    void hasherOfAnEarlierVersion_isNotGivenAnObjectThatItCannotTake() throws Exception {
        try (FetcherPod pod = new FetcherPod(root, 2, CONTENT.length - 1).withEarlierHasher()) {
            pod.start().work(Confs.of(s3.endpoint(), 0, 1), "", 0);
            String why = pod.stopped().why();
            assertTrue(why.contains("'large' has more bytes than FILES_BYTES"), why);
        }
    }

    private String fetched() throws IOException {
        return fetched(root);
    }

    private String fetched(Path folder) throws IOException {
        try (FetcherPod pod = new FetcherPod(folder, 2, ROOM)) {
            return pod.fetch(s3).get("large");
        }
    }

    /** Sends one byte, a moment after the last one. */
    private static void drip(FakeExchange exchange, byte[] body, int at) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(10);
        exchange.write(new byte[] {body[at]}, 1);
    }

    private static int limit(FetcherPod pod) {
        return (int) pod.metric("filehash_s3_requests_limit");
    }

    private static boolean flipped(FakeExchange exchange) throws IOException {
        byte[] body = exchange.asked().clone();
        body[0] ^= 1;
        exchange.sendHead(exchange.header("Range") == null ? 200 : 206, exchange.objectHeaders(), body.length);
        exchange.write(body, body.length);
        return true;
    }

    /** Computed by the code under test, which is fast and has its own test. */
    private static String crc64(byte[] content) {
        ChecksumKind.Running running = ChecksumKind.CRC64NVME.start();
        running.update(content, content.length);
        return running.value();
    }

    private FakeS3.Fault onChunks(FakeS3.Fault fault) {
        return gets(exchange -> !isFirst(exchange) && fault.strikes(exchange));
    }

    /** The request for the whole object gets one byte before both other chunks have been stolen and requested. */
    private FakeS3.Fault gets(FakeS3.Fault fault) {
        return exchange -> {
            if (!exchange.verb().equals("GET")) {
                return false;
            } else if (!isFirst(exchange)) {
                asked.release();
                return fault.strikes(exchange);
            } else if (fault.strikes(exchange)) {
                return true;
            }
            byte[] body = exchange.asked();
            String etag = exchange.object().etag();
            if (body.length < CONTENT.length || etag == null || !etag.equals(exchange.header("If-Match"))) {
                return false;
            }
            exchange.sendHead(200, exchange.objectHeaders(), body.length);
            exchange.write(body, 1);
            if (!asked.tryAcquire(CHUNKS - 1, Await.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the other requests did not arrive");
            }
            exchange.write(Arrays.copyOfRange(body, 1, body.length), body.length - 1);
            return true;
        };
    }

    private static boolean isFirst(FakeExchange exchange) {
        return exchange.header("Range") == null;
    }
}
