package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeExchange;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each metric moves with what it claims. */
class FetcherMetricsTest {
    private static final Duration BOUND = Await.BOUND;
    private static final int LARGE = (int) Capacity.MEDIUM + 1;
    private static final String REQUESTS = "filehash_s3_request_duration_seconds_count";
    /** Far more than a loop waits by the way. */
    private static final double LONG = 0.3;

    @TempDir
    Path root;
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @Test
    void requests_areCountedByOperationAndCode() throws Exception {
        put("a", 10);
        put("b", 10);
        put("c", 10);
        AtomicInteger tries = new AtomicInteger();
        s3.fails(exchange -> {
            if (is(exchange, "b")) {
                exchange.sendError(404, "NoSuchKey", "The specified key does not exist.");
                return true;
            } else if (is(exchange, "c") && tries.incrementAndGet() <= 3) {
                if (tries.get() <= 2) { // the first reset of an idle connection is not a failure
                    exchange.reset();
                } else {
                    exchange.sendError(502, "BadGateway", "x");
                }
                return true;
            }
            return false;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            pod.fetch(s3);
            assertEquals(s3.requests("LIST"), pod.metric(REQUESTS + "{code=\"200\",operation=\"LIST\"}"));
            assertEquals(2, pod.metric(REQUESTS + "{code=\"200\",operation=\"GET\"}"));
            assertTrue(pod.metric(REQUESTS + "{code=\"none\",operation=\"GET\"}") >= 1);
            assertEquals(1, pod.metric(REQUESTS + "{code=\"5xx\",operation=\"GET\"}"));
            double gone = pod.metric(REQUESTS + "{code=\"404\",operation=\"GET\"}");
            assertEquals(s3.requests("GET"), 5 + gone);
        }
    }

    @Test
    void requests_takeTheTimeUntilTheResponse() throws Exception {
        put("a", 10);
        CountDownLatch late = delay("a");
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            begin(pod);
            Await.until("it is asked for", BOUND, () -> s3.requests("GET") > 0);
            long asked = System.nanoTime();
            assertEquals(1, pod.metric("filehash_s3_requests_in_flight"));
            Await.until("a while", BOUND, () -> System.nanoTime() - asked > LONG * 1e9);
            late.countDown();
            pod.hash(Confs.of(s3.endpoint(), 0, 1).id());
            assertTrue(pod.metric("filehash_s3_request_duration_seconds_sum{code=\"200\",operation=\"GET\"}") > LONG);
            assertEquals(0, pod.metric("filehash_s3_requests_in_flight"));
        }
    }

    @Test
    void progress_isTheTimeOfTheLastObject() throws Exception {
        put("a", 10);
        double before = System.currentTimeMillis() / 1000.0;
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            assertTrue(Double.isNaN(pod.metric("filehash_last_progress_timestamp_seconds")));
            pod.fetch(s3);
            double at = pod.metric("filehash_last_progress_timestamp_seconds");
            assertTrue(at >= before && at <= System.currentTimeMillis() / 1000.0, before + " " + at);
        }
    }

    @Test
    void wait_isForTheHasherWhenItsEntriesFillTheWindow() throws Exception {
        put("a", 10);
        put("b", 10);
        put("c", 10);
        try (FetcherPod pod = new FetcherPod(root, 2, 1000)) {
            begin(pod);
            awaitWindow(pod, "entries", 2);
            awaitWait(pod, "hasher");
            assertEquals(2, pod.metric("filehash_window_entries_limit"));
            assertEquals(1000, pod.metric("filehash_window_bytes_limit"));
            pod.hash(Confs.of(s3.endpoint(), 0, 1).id());
            Await.until("the window is empty", BOUND, () -> pod.metric("filehash_window_entries") == 0);
        }
    }

    @Test
    void wait_isForTheHasherWhenItsBytesFillTheWindow() throws Exception {
        put("a", 600);
        put("b", 600);
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            begin(pod);
            awaitWindow(pod, "bytes", 600);
            awaitWait(pod, "hasher");
        }
    }

    @Test
    void wait_isForS3UntilItResponds() throws Exception {
        put("a", 10);
        hold("a");
        assertWaits(2, 1000, "s3");
    }

    @Test
    void wait_isForTheListingUntilItsPageComes() throws Exception {
        put("a", 10);
        hold(null);
        assertWaits(2, 1000, "listing");
    }

    @Test
    void wait_isForTheWindowWhenDownloadsFillIt() throws Exception {
        put("a", LARGE);
        put("b", LARGE);
        hold("a");
        assertWaits(1, 4 << 20, "window");
    }

    @Test
    void wait_isForTheWindowWhenTheNextObjectNeedsAnEntryOfIt() throws Exception {
        put("a", 10);
        put("b", LARGE);
        hold("a");
        assertWaits(1, 4 << 20, "window");
    }

    /** An entry would let the next one begin, and more requests would not. */
    @Test
    void wait_isForTheWindowWhenMediumObjectsFillTheMemory() throws Exception {
        put("a", 10);
        for (long bytes = 0; bytes <= Capacity.MEMORY; bytes += Capacity.MEDIUM) {
            put("b" + (char) ('a' + bytes / Capacity.MEDIUM), (int) Capacity.MEDIUM);
        }
        hold("a");
        assertWaits(1, 4 * Capacity.MEMORY, "window");
    }

    @Test
    void wait_isForBytesWhenDownloadsFillThem() throws Exception {
        put("a", 600);
        put("b", 600);
        hold("a");
        assertWaits(10, 1000, "bytes");
    }

    @Test
    void wait_isForTheThrottleOnceS3SaysSlowDown() throws Exception {
        put("a", 10);
        s3.fails(exchange -> {
            if (is(exchange, "a")) {
                exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                return true;
            }
            return false;
        });
        assertWaits(10, 1000, "throttle");
    }

    @Test
    void wait_isForTheDiskWhileItIsFull() throws Exception {
        put("a", 10);
        CountDownLatch inTheWay = delay("a");
        try (FetcherPod pod = new FetcherPod(root, 1, 4 << 20)) {
            begin(pod);
            Await.until("it is asked for", BOUND, () -> s3.requests("GET") > 0);
            Files.createDirectories(pod.directory.part("a").resolve("x")); // no file can be written there
            inTheWay.countDown();
            awaitWait(pod, "disk");
        }
    }

    /** A pod whose files/ may hold so many entries and bytes waits for this. */
    private void assertWaits(int entries, long bytes, String cause) throws IOException {
        try (FetcherPod pod = new FetcherPod(root, entries, bytes)) {
            begin(pod);
            awaitWait(pod, cause);
        }
    }

    private void begin(FetcherPod pod) throws IOException {
        pod.start().work(Confs.of(s3.endpoint(), 0, 1), "", 0);
    }

    private static void awaitWindow(FetcherPod pod, String what, int fill) {
        Await.until(what + " of the window", BOUND, () -> pod.metric("filehash_window_" + what) == fill);
    }

    /** From now on: before it has its job, a pod waits for the hasher. */
    private static void awaitWait(FetcherPod pod, String cause) {
        String series = "filehash_waited_seconds_total{for=\"" + cause + "\"}";
        double before = pod.metric(series);
        Await.until("it waits for " + cause, BOUND, () -> pod.metric(series) > before + LONG);
    }

    /** Requests for this object get no response before the count reaches zero. */
    private CountDownLatch delay(String name) {
        CountDownLatch late = new CountDownLatch(1);
        s3.fails(exchange -> {
            if (is(exchange, name)) {
                late.await();
            }
            return false;
        });
        return late;
    }

    /** Requests for this object, or for a page of the listing, get no response until the client ends them. */
    private void hold(String name) {
        s3.fails(exchange -> {
            if (name == null ? exchange.key() == null : is(exchange, name)) {
                exchange.awaitEnd();
                return true;
            }
            return false;
        });
    }

    private static boolean is(FakeExchange exchange, String name) {
        return ("photos/" + name).equals(exchange.key());
    }

    private void put(String name, int size) {
        s3.objects().put("photos/" + name, FakeObject.of(Contents.random(size, size)));
    }
}
