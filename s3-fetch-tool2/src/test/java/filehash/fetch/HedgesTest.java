package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeExchange;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.transfer.RetryPolicies;
import filehash.fetch.transfer.RetryPolicy;
import java.io.IOException;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A late object at the head of the window gets a second request, and the first response counts. */
class HedgesTest {
    private static final byte[] CONTENT = Contents.random(1, 1000);
    private static final int OBJECTS = 200;
    private static final String LATE = "photos/120";
    private static final RetryPolicy POLICY = RetryPolicies.late(Duration.ofSeconds(1));

    @TempDir
    Path root;
    private final Map<String, Integer> gets = new ConcurrentHashMap<>();
    private final CountDownLatch secondArrived = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final FakeS3 s3 = FakeS3.open();
    private volatile FetcherPod pod;
    private String metrics;

    @BeforeEach
    void start() {
        for (int i = 0; i < OBJECTS; i++) {
            s3.objects().put("photos/" + (100 + i),
                    FakeObject.of(CONTENT).with("x-amz-checksum-crc32c", Contents.crc32c(CONTENT)));
        }
    }

    @AfterEach
    void end() throws IOException {
        end.countDown();
        s3.close();
    }

    @Test
    void firstResponse_thatNeverArrivesIsNotWaitedFor() throws Exception {
        s3.fails(late(exchange -> {
            end.await();
            return true;
        }, exchange -> false));
        assertAllCome();
        assertEquals(2, gets.get(LATE));
        assertFalse(metrics.contains("filehash_s3_hedges_total 0"), metrics);
        assertTrue(metrics.contains("filehash_s3_failures_total 0"), metrics);
    }

    @Test
    void secondRequest_isAbortedWhenTheFirstIsAnswered() throws Exception {
        CountDownLatch brokenOff = new CountDownLatch(1);
        s3.fails(late(exchange -> {
            await(secondArrived);
            return false;
        }, exchange -> {
            exchange.sendHead(200, exchange.objectHeaders(), CONTENT.length);
            secondArrived.countDown();
            exchange.awaitEnd();
            brokenOff.countDown();
            return true;
        }));
        assertAllCome(brokenOff);
        assertTrue(metrics.contains("filehash_s3_failures_total 0"), metrics); // as after a timeout of 30 s
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "gone", "changed", "cut", "flipped", "denied for all"})
    void secondRequest_thatFailsDoesNotCount(String how) throws Exception {
        s3.fails(late(exchange -> {
            await(secondArrived);
            Await.until("the second is over", Await.BOUND, () -> pod.threads("hedge-").stream()
                    .anyMatch(thread -> thread.getState() == State.TIMED_WAITING));
            return false;
        }, exchange -> {
            fail(exchange, how);
            secondArrived.countDown();
            return true;
        }));
        assertAllCome();
        assertEquals(2, gets.get(LATE));
        assertTrue(metrics.contains("filehash_s3_failures_total 0"), metrics);
    }

    @Test
    void secondRequests_areAtMostOneInTwenty() throws Exception {
        s3.fails(exchange -> {
            if (exchange.key() != null && gets.merge(exchange.key(), 1, Integer::sum) == 1
                    && exchange.key().matches(".*[02468]")) {
                TimeUnit.SECONDS.sleep(3);
            }
            return false;
        });
        assertAllCome();
        assertFalse(metrics.contains("filehash_s3_hedges_total 0"), metrics);
        assertTrue(s3.requests("GET") <= OBJECTS + 1 + OBJECTS / 20, s3.requests("GET") + " requests");
    }

    @Test
    void server_thatThrottlesGetsNoSecondRequests() throws Exception {
        s3.fails(exchange -> {
            if (exchange.key() == null) {
                return false;
            }
            int get = gets.merge(exchange.key(), 1, Integer::sum);
            if (exchange.key().equals("photos/100") && get == 1) {
                exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(exchange.key().equals(LATE) ? 3000 : 20);
            return false;
        });
        assertAllCome();
        assertEquals(1, gets.get(LATE));
    }

    private FakeS3.Fault late(FakeS3.Fault first, FakeS3.Fault second) {
        return exchange -> {
            if (exchange.key() == null) {
                return false;
            }
            int get = gets.merge(exchange.key(), 1, Integer::sum);
            return exchange.key().equals(LATE) && (get == 1 ? first : second).strikes(exchange);
        };
    }

    private void fail(FakeExchange exchange, String how) throws IOException {
        switch (how) {
            case "refused" -> exchange.sendError(403, "AccessDenied", "Access Denied");
            case "gone" -> exchange.sendError(404, "NoSuchKey", "The specified key does not exist.");
            case "changed" -> exchange.sendError(412, "PreconditionFailed", "x");
            case "denied for all" -> exchange.sendError(403, "InvalidAccessKeyId", "x");
            case "cut" -> {
                exchange.sendHead(200, exchange.objectHeaders(), CONTENT.length);
                exchange.write(CONTENT, CONTENT.length / 2);
                exchange.end();
            }
            default -> {
                byte[] other = CONTENT.clone();
                other[7] ^= 1;
                exchange.sendHead(200, exchange.objectHeaders(), CONTENT.length);
                exchange.write(other, CONTENT.length);
            }
        }
    }

    /** @param happens runs while the program still runs */
    private void assertAllCome(CountDownLatch... happens) throws Exception {
        try (FetcherPod fetcher = new FetcherPod(root, 10, 1 << 20, POLICY)) {
            pod = fetcher;
            Map<String, String> all = fetcher.fetch(s3);
            assertEquals(OBJECTS, all.size());
            all.forEach((name, hash) -> assertEquals(Contents.sha256(CONTENT), hash, name));
            for (CountDownLatch latch : happens) {
                await(latch);
            }
            metrics = fetcher.metrics();
        }
    }

    private static void await(CountDownLatch latch) throws IOException, InterruptedException {
        if (!latch.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the second request did not arrive");
        }
    }
}
