package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import filehash.job.RateLimits;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What limits.json allows is not exceeded. The bounds are safe on a slow machine, which sends fewer requests: the time
 * is that of the same run, and more than the tokens that a bucket keeps for a fifth of a second is never added.
 */
class LimitsFileTest {
    private static final String WAITED = "filehash_waited_seconds_total{for=\"limit\"}";
    private static final double KEPT = 0.2;
    private static final double NEVER = 1e-6;

    @TempDir
    Path root;
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @Test
    void requests_ofAJobKeepToTheLimitWithRetriesAndPages() throws Exception {
        put(20, 100);
        s3.pagesOf(5);
        AtomicInteger gets = new AtomicInteger();
        s3.fails(exchange -> {
            if (exchange.key() != null && gets.incrementAndGet() % 3 == 0) {
                exchange.sendError(500, "InternalError", "again");
                return true;
            }
            return false;
        });
        try (FetcherPod pod = pod(new RateLimits(10, 0))) {
            long began = System.nanoTime();
            assertEquals(20, pod.fetch(s3).size());
            assertKept("requests", 10, requests(), began);
            assertTrue(requests() >= 20 + 9 + 4, requests() + " requests");
            assertTrue(pod.metric(WAITED) > 0);
        }
    }

    @Test
    void requests_ofAPlanKeepToTheLimit() throws Exception {
        put(300, 1);
        s3.pagesOf(10);
        try (FetcherPod pod = pod(new RateLimits(40, 0))) {
            long began = System.nanoTime();
            pod.start().directory.write(PodFile.CONF,
                    Confs.planning(s3.endpoint(), new Conf.PlanOrder(Split.LIST, 8, 1)));
            Await.until("it is planned", FetcherPod.BOUND, () -> pod.directory.has(PodFile.PLAN));
            assertKept("requests", 40, requests(), began);
            assertTrue(requests() >= 30, requests() + " requests");
        }
    }

    /** Its streams would else use the requests of the next job, and send none. */
    @Test
    void plan_thatItsTimeCutsLeavesNoThreadThatWaits() throws Exception {
        put(300, 1);
        s3.pagesOf(10);
        try (FetcherPod pod = pod(new RateLimits(5, 0)).planTime(Duration.ofSeconds(3))) {
            pod.start().directory.write(PodFile.CONF,
                    Confs.planning(s3.endpoint(), new Conf.PlanOrder(Split.LIST, 8, 1)));
            Await.until("it has begun", FetcherPod.BOUND, () -> requests() > 0);
            pod.directory.write(PodFile.LIMITS, new RateLimits(NEVER, 0));
            Await.until("it is planned", FetcherPod.BOUND, () -> pod.directory.has(PodFile.PLAN));
            Await.until("no stream is left", FetcherPod.BOUND, () -> pod.threads("plan-").isEmpty());
        }
    }

    @Test
    void bytes_keepToTheLimit() throws Exception {
        put(12, 50_000);
        try (FetcherPod pod = pod(new RateLimits(0, 1 << 18))) {
            long began = System.nanoTime();
            assertEquals(12, pod.fetch(s3).size());
            assertKept("bytes", 1 << 18, 12 * 50_000, began);
            assertTrue(pod.metric(WAITED) > 0);
        }
    }

    @Test
    void limit_isWhatLargeObjectsWaitForToo() throws Exception {
        put(4, 1 << 20);
        try (FetcherPod pod = new FetcherPod(root, 2, 16 << 20)) {
            pod.directory.write(PodFile.LIMITS, new RateLimits(0, 1 << 20));
            assertEquals(4, pod.fetch(s3).size());
            double window = pod.metric("filehash_waited_seconds_total{for=\"window\"}");
            assertTrue(pod.metric(WAITED) > window, pod.metric(WAITED) + " s, and " + window + " s for the window");
        }
    }

    @Test
    void limit_isChangedAndLiftedInMidJob() throws Exception {
        put(20, 100);
        try (FetcherPod pod = pod(new RateLimits(NEVER, 0))) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("it waits", FetcherPod.BOUND, () -> pod.metric(WAITED) > KEPT);
            assertEquals(0, requests());
            pod.directory.write(PodFile.LIMITS, new RateLimits(0, NEVER));
            double waited = pod.metric(WAITED);
            Await.until("it has read the file and waits", FetcherPod.BOUND, () -> pod.metric(WAITED) > waited + 1.5);
            assertEquals(0, requests());
            pod.directory.remove(PodFile.LIMITS);
            assertEquals(20, pod.hash(conf.id()).size());
        }
    }

    @Test
    void file_thatCannotBeReadLeavesTheFormerLimits() throws Exception {
        put(20, 100);
        try (FetcherPod pod = pod(new RateLimits(NEVER, 0))) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("it waits", FetcherPod.BOUND, () -> pod.metric(WAITED) > KEPT);
            Files.writeString(root.resolve("limits.json"), "{");
            double waited = pod.metric(WAITED);
            Await.until("it has read the file and waits", FetcherPod.BOUND, () -> pod.metric(WAITED) > waited + 1.5);
            assertEquals(0, requests());
            pod.directory.write(PodFile.LIMITS, RateLimits.NONE);
            assertEquals(20, pod.hash(conf.id()).size());
        }
    }

    private static void assertKept(String what, double perSecond, long used, long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        assertTrue(used <= perSecond * (seconds + KEPT) + 1, used + " " + what + " in " + seconds + " s");
    }

    private FetcherPod pod(RateLimits limits) throws Exception {
        FetcherPod pod = new FetcherPod(root, 10, 1 << 20);
        pod.directory.write(PodFile.LIMITS, limits);
        return pod;
    }

    private void put(int objects, int size) {
        for (int i = 0; i < objects; i++) {
            s3.objects().put("photos/" + (1000 + i), FakeObject.of(Contents.random(i, size)));
        }
    }

    private long requests() {
        return s3.requests("LIST") + s3.requests("GET");
    }
}
