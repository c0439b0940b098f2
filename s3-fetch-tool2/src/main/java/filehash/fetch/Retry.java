package filehash.fetch;

import filehash.pod.Backoff;
import filehash.pod.Stop;
import filehash.pod.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one layer that asks S3 again: for as long as it takes, because an outage is no object's fault. Safe for use by
 * several threads.
 */
final class Retry {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** Others may succeed in between: the trouble is over when none has failed for so long. */
    private static final long CALM_NANOS = Duration.ofSeconds(15).toNanos();

    private final Trouble trouble;
    private final Throttle throttle;
    private final LongAdder failures;
    private volatile long failedAt;

    /** @param failures counts them */
    Retry(Trouble trouble, Throttle throttle, LongAdder failures) {
        this.trouble = trouble;
        this.throttle = throttle;
        this.failures = failures;
    }

    /** One request and all that belongs to it. */
    interface Step<T> {
        T run() throws IOException, Refusal;
    }

    /** @throws CancellationException when stopped */
    <T> T until(Stop stop, Step<T> step) throws Refusal, InterruptedException {
        Backoff backoff = new Backoff(FIRST, LONGEST);
        while (!stop.requested()) {
            long round = throttle.enter(stop);
            boolean throttled = false;
            try {
                T result = step.run();
                calm();
                return result;
            } catch (IOException e) {
                throttled = e instanceof ErrorAnswer.SlowDown;
                failed(e, stop);
            } finally {
                throttle.leave(round, throttled);
            }
            stop.await(backoff.next());
        }
        throw new CancellationException("stopped");
    }

    /** A part of what a step asked for has come. */
    void answered() {
        throttle.answered();
    }

    private void failed(IOException e, Stop stop) {
        if (!stop.requested()) { // else it is we who have closed the connection
            failures.increment();
            failedAt = System.nanoTime();
            trouble.failed(e.getMessage());
        }
    }

    private void calm() {
        if (trouble.now() != null && System.nanoTime() - failedAt > CALM_NANOS) {
            trouble.over();
        }
    }
}
