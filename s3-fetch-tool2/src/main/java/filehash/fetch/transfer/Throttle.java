package filehash.fetch.transfer;

import filehash.program.Stop;
import java.util.concurrent.CancellationException;

/**
 * How many requests may be on their way: all that there are threads for, until S3 asks for fewer. Then half as many,
 * and with each full round of answers one more: many pods that meet at one prefix come down to what it bears without
 * knowing of each other. Safe for use by several threads.
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

    /** What a request has shown about how many S3 bears. */
    enum Answer {
        /** It was answered, if only by a refusal. */
        GIVEN,
        /** S3 asks for fewer. */
        SLOW_DOWN,
        /** It failed: a server that sheds load by dropping connections gives no answer. */
        NONE
    }

    /**
     * Waits for its turn.
     *
     * @return the round, to be given back to {@link #leave}
     */
    synchronized long enter(Stop stop) throws InterruptedException {
        while (onTheirWay >= (int) limit) {
            if (stop.requested()) {
                notify(); // it may have been woken for a place
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
            // one burst, one cut: what was on its way then may fail as well
            limit = Math.max(1, limit / 2);
            round++;
        }
        notify(); // a place is free; to wake all that wait for one would cost more than the request
    }

    /** Of an answer that takes long, each part counts as one: else those that wait would wait for all of it. */
    synchronized void answered() {
        long before = limit();
        limit = Math.min(most, limit + 1 / limit);
        if (limit() > before) {
            notify();
        }
    }

    public int most() {
        return most;
    }

    public synchronized long limit() {
        return (long) limit;
    }
}
