package filehash.fetch.transfer;

import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Errors;
import filehash.program.Backoff;
import filehash.program.Stop;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one layer that asks S3 again: for as long as it takes, because an outage is no object's fault. Two things end it:
 * doubtful answers to the same request become the refusal that they may be, and what may well last for ever ends the
 * attempt once nothing else has come of any request for long. Safe for use by several threads.
 */
public final class Retry {
    /** Others may succeed in between: the trouble is over when none has failed for so long. */
    private static final long CALM_NANOS = Duration.ofSeconds(15).toNanos();

    private final Trouble trouble;
    private final Throttle throttle;
    private final LongAdder failures;
    private final Patience patience;
    private volatile long failedAt;
    /** The first failure that may well last for ever, since anything else came of a request; or null. */
    private final AtomicReference<Long> lastingSince = new AtomicReference<>();

    /** @param failures counts them */
    public Retry(Trouble trouble, Throttle throttle, LongAdder failures, Patience patience) {
        this.trouble = trouble;
        this.throttle = throttle;
        this.failures = failures;
        this.patience = patience;
    }

    /** One request and all that belongs to it. */
    interface Step<T> {
        T run() throws IOException, Refusal;
    }

    /** @throws CancellationException when stopped */
    <T> T until(Stop stop, Step<T> step) throws Refusal, InterruptedException {
        Backoff backoff = new Backoff(patience.firstPause(), patience.longestPause());
        Patience.Bound doubts = patience.ofDoubts();
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

    /** A part of what a step asked for has come. */
    void answered() {
        lastingSince.set(null);
        throttle.answered();
    }

    private void failed(IOException e, Stop stop, Patience.Bound doubts) throws Refusal {
        if (stop.requested()) {
            return; // it is we who have closed the connection
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
        if (without.compareTo(patience.outage()) > 0) {
            throw Refusal.ofAll("no request has succeeded for " + without.toSeconds() + " s, the last failed with "
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
