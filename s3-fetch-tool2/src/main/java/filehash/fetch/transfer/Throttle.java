package filehash.fetch.transfer;

import filehash.program.StopSignal;
import java.util.concurrent.CancellationException;

/**
 * AIMD limit on concurrent requests. Starts at the number of threads, halves when S3 throttles (once per burst), and
 * grows by one per round of answers; so many pods on one prefix converge on what it can bear without coordination.
 * Thread-safe.
 */
public final class Throttle {
    private static final long LOOK_MILLIS = 100;

    private final int most;
    private double limit;
    private int onTheirWay;
    private long round;

    public Throttle(int most) {
        this.most = most;
        this.limit = most;
    }

    /** What a request shows about how many S3 can bear. */
    enum Answer {
        /** S3 answered, if only with a refusal. */
        GIVEN,
        /** S3 throttles. */
        SLOW_DOWN,
        /** The request failed: a server that sheds load by dropping connections does not answer. */
        NONE
    }

    /**
     * Waits until a request may be sent.
     *
     * @return the round, to be passed to {@link #leave}
     */
    synchronized long enter(StopSignal stop) throws InterruptedException {
        while (onTheirWay >= (int) limit) {
            if (stop.requested()) {
                notify(); // passes on the wake-up, which may have been for a free place
                throw new CancellationException("stopped");
            }
            wait(LOOK_MILLIS);
        }
        onTheirWay++;
        return round;
    }

    synchronized void leave(long begunIn, Answer answer) {
        onTheirWay--;
        if (answer == Answer.GIVEN) {
            answered();
        } else if (answer == Answer.SLOW_DOWN && begunIn == round) {
            // one cut per burst: the other requests of this round may be throttled too
            limit = Math.max(1, limit / 2);
            round++;
        }
        notify(); // one place is free; notifyAll would cost more than the request
    }

    /** Counts an answer. Each chunk of a long response counts as one, or the limit would stay low until its end. */
    synchronized void answered() {
        long before = limit();
        limit = Math.min(most, limit + 1 / limit);
        if (limit() > before) {
            notify();
        }
    }

    /** The number of requests under way. */
    public synchronized int underWay() {
        return onTheirWay;
    }

    public int most() {
        return most;
    }

    public synchronized long limit() {
        return (long) limit;
    }
}
