package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.http.Quota;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Clients;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.RequestTimes;
import filehash.pod.Conf;
import filehash.program.Metrics;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CutBodiesTest {
    private static final IOException CUT = new IOException("GET a: 500 bytes instead of 1000");
    private static final IOException SILENCE =
            new IOException("GET a: Read timed out", new SocketTimeoutException("Read timed out"));
    private static final Item ITEM = Item.listed("a", 1000, "1");

    @AutoClose
    private final FakeS3 s3 = FakeS3.open();
    private boolean limited;

    @BeforeEach
    void start() {
        s3.objects().put("photos/a", FakeObject.of(new byte[1000]));
        s3.objects().put("photos/b", FakeObject.of(new byte[1000]));
    }

    @Test
    void silence_countsTowardsTheLongerTimeOnly() throws Exception {
        Duration time = Duration.ofSeconds(1);
        after(policy(3, time), cuts -> {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun <= time.toNanos()) {
                assertSame(SILENCE, cuts.after(SILENCE, 500));
            }
            assertSame(SILENCE, cuts.after(SILENCE, 500));
            assertSame(CUT, cuts.after(CUT, 500));
        });
    }

    /** A server may have cut them because they were read slowly. */
    @Test
    void cuts_whileALimitIsSetCountTowardsTheLongerTimeOnly() throws Exception {
        Duration time = Duration.ofSeconds(1);
        limited = true;
        after(policy(3, time), cuts -> {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun <= time.toNanos()) {
                assertSame(CUT, cuts.after(CUT, 500));
            }
            assertSame(CUT, cuts.after(CUT, 500));
            limited = false;
            assertThrows(Refusal.class, () -> {
                while (true) {
                    cuts.after(CUT, 500);
                }
            });
        });
    }

    @Test
    void silence_forLongWhileOthersArriveIsIncomplete() throws Exception {
        after(policy(3, Duration.ZERO), cuts -> {
            assertSame(SILENCE, cuts.after(SILENCE, 500));
            assertSame(SILENCE, cuts.after(SILENCE, 500));
            Refusal refusal = assertThrows(Refusal.class, () -> cuts.after(SILENCE, 500));
            assertTrue(refusal.getMessage().startsWith("3 times"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("Read timed out"), refusal.getMessage());
        });
    }

    @Test
    void silence_ofAllIsAnOutage() throws Exception {
        s3.fails(exchange -> {
            exchange.reset();
            return true;
        });
        after(policy(3, Duration.ZERO), cuts -> {
            for (int i = 0; i < 10; i++) {
                assertSame(SILENCE, cuts.after(SILENCE, 500));
            }
        });
    }

    @Test
    void listing_thatIsRefusedNeitherFailsTheObjectNorProvesThatOthersArrive() throws Exception {
        refuseFirstPage("AccessDenied");
        after(policy(2, Duration.ofHours(1)), cuts -> {
            for (int i = 0; i < 5; i++) {
                assertSame(CUT, cuts.after(CUT, 500));
            }
        });
    }

    @Test
    void listing_ofABucketThatIsGoneEndsTheAttempt() throws Exception {
        refuseFirstPage("NoSuchBucket");
        after(policy(2, Duration.ofHours(1)), cuts -> {
            assertSame(CUT, cuts.after(CUT, 500));
            assertTrue(assertThrows(Refusal.class, () -> cuts.after(CUT, 500)).ofAttempt());
        });
    }

    private void refuseFirstPage(String code) {
        s3.fails(exchange -> {
            boolean strikes = exchange.verb().equals("LIST") && exchange.query().get("start-after") == null;
            if (strikes) {
                exchange.sendError(403, code, "no");
            }
            return strikes;
        });
    }

    private interface Check {
        void of(CutBodies cuts) throws Exception;
    }

    /** Runs a check for an object in a folder that has another one. */
    private void after(RetryPolicy policy, Check check) throws Exception {
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        Retry retry = new Retry(new Trouble(LoggerFactory.getLogger(CutBodiesTest.class), "S3"), new Throttle(1),
                new LongAdder(), policy);
        try (Clients clients = Clients.open(conf.s3(), policy.maxListTimeout(), Map.of(),
                new RequestTimes(new Metrics()), new Quota())) {
            Bucket bucket = new Bucket(conf, policy.listTimeout(), policy.maxListTimeout(), clients);
            try (Listing listing = Listing.start(bucket, conf, retry, "b")) {
                check.of(new CutBodies(ITEM, new OtherObjects(bucket, listing, retry), policy, () -> limited,
                        new StopSignal()));
            }
        }
    }

    private static RetryPolicy policy(int cuts, Duration cutFor) {
        return new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(1), 1, Duration.ZERO, cuts, cutFor,
                Duration.ofSeconds(30), Duration.ofSeconds(240), RetryPolicies.NEVER, Duration.ofMinutes(10));
    }
}
