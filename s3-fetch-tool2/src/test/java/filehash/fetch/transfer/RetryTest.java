package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Errors;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RetryTest {
    private static final IOException LASTING = new S3Errors.Lasting("no such host", null);
    private static final IOException PASSING = new IOException("connection refused");
    /** Each pause is longer than the time after which a failure that probably lasts ends the attempt. */
    private static final RetryPolicy IMPATIENT = new RetryPolicy(Duration.ofMillis(5), Duration.ofMillis(5), 5,
            Duration.ofSeconds(60), 10, Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(240),
            RetryPolicies.NEVER, Duration.ofMillis(1));

    private final Throttle throttle = new Throttle(8);
    private final Retry retry = new Retry(new Trouble(LoggerFactory.getLogger(RetryTest.class), "S3"),
            throttle, new LongAdder(), IMPATIENT);

    @Test
    void lastingFailure_afterLongWithoutARequestIsRetried() throws Exception {
        assertEquals("given", after(PASSING, LASTING));
        new StopSignal().await(IMPATIENT.firstPause());
        assertEquals("given", after(LASTING));
    }

    @Test
    void lastingFailures_withOthersBetweenThemAreRetried() throws Exception {
        assertEquals("given", after(LASTING, PASSING, LASTING, PASSING, LASTING));
    }

    @Test
    void lastingFailures_oneAfterTheOtherEndTheAttempt() {
        assertThrows(Refusal.class, () -> after(LASTING, LASTING, LASTING));
    }

    /** S3 that sheds load may reset connections, which is no sign that it takes more requests. */
    @Test
    void failuresWithoutAnAnswer_leaveTheThrottleAsItIs() throws Exception {
        StopSignal stop = new StopSignal();
        throttle.leave(throttle.enter(stop), Throttle.Answer.SLOW_DOWN);
        assertEquals(4, throttle.limit());
        assertEquals("given", after(Collections.nCopies(40, PASSING).toArray(IOException[]::new)));
        assertEquals(4, throttle.limit());
    }

    private String after(IOException... failures) throws Refusal, InterruptedException {
        List<IOException> all = List.of(failures);
        int[] next = {0};
        return retry.until(new StopSignal(), () -> {
            if (next[0] < all.size()) {
                throw all.get(next[0]++);
            }
            return "given";
        });
    }
}
