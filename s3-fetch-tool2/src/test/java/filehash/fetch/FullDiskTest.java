package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeExchange;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import filehash.fetch.transfer.RetryPolicies;
import filehash.fetch.transfer.SpareCpus;
import filehash.pod.Conf;
import filehash.pod.Segments.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large object of six segments, of which one has no room. */
class FullDiskTest {
    private static final int SEGMENT = 1000;
    private static final byte[] CONTENT = Contents.random(1, 5 * SEGMENT + 1);
    private static final String HASH = Contents.sha256(CONTENT);
    private static final String KEY = "photos/b";
    private static final long ROOM = 1 << 20;

    @TempDir
    Path root;
    /** The ranges that were requested of the large object. */
    private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    /** Its first response goes on then. */
    private final CountDownLatch prepared = new CountDownLatch(1);
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @BeforeEach
    void start() {
        s3.objects().put(KEY, FakeObject.of(CONTENT));
        s3.fails(exchange -> exchange.verb().equals("GET") && KEY.equals(exchange.key()) && isSlow(exchange));
    }

    private boolean isSlow(FakeExchange exchange) throws IOException, InterruptedException {
        ranges.add(String.valueOf(exchange.header("Range")));
        if (ranges.size() > 1) {
            return false;
        }
        byte[] body = exchange.asked();
        exchange.found(s3.objects().get(KEY));
        exchange.sendHead(200, exchange.objectHeaders(), body.length);
        exchange.write(body, SEGMENT);
        Await.until("the test has prepared the disk", Await.BOUND, () -> prepared.getCount() == 0);
        exchange.write(Arrays.copyOfRange(body, SEGMENT, body.length), body.length - SEGMENT);
        return true;
    }

    @Test
    void largeObject_waitsInPlaceForAMomentWithoutRoom() throws Exception {
        try (FetcherPod pod = pod()) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Files.createSymbolicLink(unwritten(pod, 3), Path.of("/dev/full"));
            prepared.countDown();
            assertEquals(Map.of("b", HASH), pod.hash(conf.id()));
        }
        assertEquals(List.of("null", "bytes=3000-5000"), ranges);
    }

    @Test
    void objectsBehindAHead_keepWhatTheyHaveAtFirst() throws Exception {
        s3.objects().put("photos/a", FakeObject.of(new byte[10]));
        CountDownLatch asked = new CountDownLatch(1);
        s3.fails(exchange -> {
            if ("photos/a".equals(exchange.key())) {
                asked.await();
            }
            return exchange.verb().equals("GET") && KEY.equals(exchange.key()) && isSlow(exchange);
        });
        try (FetcherPod pod = pod()) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            unwritten(pod, 3);
            Files.createSymbolicLink(pod.directory.part("a"), Path.of("/dev/full"));
            asked.countDown();
            Await.until("the first", Await.BOUND, () -> pod.directory.entries().size() == 1);
            prepared.countDown();
            assertEquals(2, pod.hash(conf.id()).size());
        }
        assertEquals(List.of("null"), ranges);
    }

    @Test
    void largeObject_waitsInPlaceForAsLongAsThereIsNoRoom() throws Exception {
        try (FetcherPod pod = pod()) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Path inTheWay = Files.createDirectories(unwritten(pod, 3).resolve("x")).getParent();
            prepared.countDown();
            Await.until("three tries", Await.BOUND, () -> {
                pod.takeAll();
                return ranges.size() > 3;
            });
            Files.move(inTheWay, root.resolve("away"));
            assertEquals(Map.of("b", HASH), pod.hash(conf.id()));
        }
        assertEquals(List.of("bytes=3000-5000"), ranges.stream().skip(1).distinct().toList());
    }

    /** They may hold the few bytes that are missing. */
    @Test
    void objectsBehindAHead_giveTheirRoomToItsFailure() throws Exception {
        s3.objects().put("photos/a", FakeObject.of(new byte[10]));
        CountDownLatch asked = new CountDownLatch(1);
        s3.fails(exchange -> {
            if ("photos/a".equals(exchange.key())) {
                asked.await();
                exchange.sendError(403, "InvalidObjectState", "The operation is not valid for the storage class");
                return true;
            }
            return exchange.verb().equals("GET") && KEY.equals(exchange.key()) && isSlow(exchange);
        });
        try (FetcherPod pod = pod()) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            unwritten(pod, 3);
            Path failed = pod.directory.file("a");
            Path inTheWay = failed.resolveSibling(failed.getFileName() + ".failed.new");
            Files.createDirectories(inTheWay.resolve("x"));
            prepared.countDown();
            asked.countDown();
            Await.until("the segments are given back", Await.BOUND, () -> pod.directory.segments().list().isEmpty());
            Files.move(inTheWay, root.resolve("away"));
            assertEquals(Map.of("a", "ARCHIVED", "b", HASH), pod.hash(conf.id()));
        }
    }

    private FetcherPod pod() throws IOException {
        return new FetcherPod(root, 10, ROOM, RetryPolicies.QUICK, new SpareCpus(1, System::nanoTime, () -> 1))
                .segment(SEGMENT);
    }

    /** Waits for the first segment. Returns where another one will be written. */
    private static Path unwritten(FetcherPod pod, int number) throws IOException {
        Await.until("the first segment", Await.BOUND, () -> !pod.directory.segments().list().isEmpty());
        Segment first = pod.directory.segments().list().get(0);
        return pod.directory.segments().part(first.numbered(number));
    }
}
