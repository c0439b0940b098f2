package filehash.fetch.transfer;

import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Errors;
import filehash.program.Backoff;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * The only layer that repeats a request to S3. It retries without end, because an outage is not the fault of an object,
 * with two exceptions: repeated doubtful refusals of a request become a refusal, and a failure that probably lasts ends
 * the attempt once no request has succeeded for long. Thread-safe.
 */
public final class Retry {
    /** The trouble is over when no request has failed for so long: one success between failures does not end it. */
    private static final long CALM_NANOS = Duration.ofSeconds(15).toNanos();

    private final Trouble trouble;
    private final Throttle throttle;
    private final LongAdder failures;
    private final RetryPolicy policy;
    private volatile long failedAt;
    /** When the current series of failures that probably last began; null unless the last result was one of them. */
    private final AtomicReference<Long> lastingSince = new AtomicReference<>();

    /** @param failures counts the requests that failed and are retried */
    public Retry(Trouble trouble, Throttle throttle, LongAdder failures, RetryPolicy policy) {
        this.trouble = trouble;
        this.throttle = throttle;
        this.failures = failures;
        this.policy = policy;
    }

    /** One request and the reading of its response. */
    public interface Step<T> {
        T run() throws IOException, Refusal;
    }

    /** @throws CancellationException if it is stopped */
    public <T> T until(StopSignal stop, Step<T> step) throws Refusal, InterruptedException {
        Backoff backoff = new Backoff(policy.firstPause(), policy.longestPause());
        RetryPolicy.Bound doubts = policy.ofDoubts();
        while (!stop.requested()) {
            long round = throttle.enter(stop);
            Throttle.Answer answer = Throttle.Answer.NONE;
            try {
                T result = step.run();
                answer = Throttle.Answer.GIVEN;
                succeeded();
                return result;
            } catch (Refusal e) {
                answer = Throttle.Answer.GIVEN;
                lastingSince.set(null);
                throw e;
            } catch (IOException e) {
                answer = e instanceof S3Errors.SlowDown ? Throttle.Answer.SLOW_DOWN : Throttle.Answer.NONE;
                failed(e, stop, doubts);
            } finally {
                throttle.leave(round, answer);
            }
            stop.await(backoff.next());
        }
        throw new CancellationException("stopped");
    }

    /** A chunk of a response arrived, which counts as a success. */
    void answered() {
        lastingSince.set(null);
        throttle.answered();
    }

    private void failed(IOException e, StopSignal stop, RetryPolicy.Bound doubts) throws Refusal {
        if (stop.requested()) {
            return; // we closed the connection ourselves
        }
        failures.increment();
        failedAt = System.nanoTime();
        trouble.failed(e.getMessage());
        if (e instanceof S3Errors.Doubtful doubtful && doubts.passedBy()) {
            throw doubtful.refusal();
        }
        if (!(e instanceof S3Errors.Lasting)) {
            lastingSince.set(null);
            return;
        }
        long now = System.nanoTime();
        lastingSince.compareAndSet(null, now);
        Long since = lastingSince.get();
        Duration without = Duration.ofNanos(since == null ? 0 : now - since);
        if (without.compareTo(policy.outage()) > 0) {
            throw Refusal.ofAll("no request has succeeded for " + without.toSeconds() + " s; the last failure: "
                    + e.getMessage());
        }
    }

    private void succeeded() {
        lastingSince.set(null);
        if (trouble.now() != null && System.nanoTime() - failedAt > CALM_NANOS) {
            trouble.over();
        }
    }
}
