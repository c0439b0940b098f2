package filehash.fetch.transfer;

import java.time.Duration;

/**
 * How often, how long and with which pauses a request is retried before its failure counts, and the timeouts of LIST.
 * Only tests use other values than {@link #USUAL}.
 *
 * @param firstPause the first pause between two tries; it doubles up to the longest
 * @param doubts the number of doubtful refusals of a request after which it counts as refused, but not before doubtFor
 * @param cuts the number of bodies of another length than listed after which an object counts as incomplete, but not
 *         before cutFor
 * @param listTimeout the first timeout of a LIST request; it doubles after each timeout up to the longest
 * @param late the least time after which an object at the head of the window is requested a second time
 * @param outage the time without any successful request after which a failure that probably lasts ends the attempt
 */
public record RetryPolicy(Duration firstPause, Duration longestPause, int doubts, Duration doubtFor, int cuts,
        Duration cutFor, Duration listTimeout, Duration maxListTimeout, Duration late, Duration outage) {
    public static final RetryPolicy USUAL = new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(10), 5,
            Duration.ofSeconds(60), 10, Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(240),
            Duration.ofMillis(50), Duration.ofMinutes(10));

    /** The bound of one request and its retries. */
    Bound ofDoubts() {
        return new Bound(doubts, doubtFor.toNanos());
    }

    /** Rights are steady once an object was refused as often as a doubtful request may be, over so long: 15 s. */
    public Duration steadyFor() {
        return doubtFor.dividedBy(4);
    }

    /** The bound of one object. */
    Bound ofCuts() {
        return new Bound(cuts, cutFor.toNanos());
    }

    /** The bound of one object while no other object proves that there is no outage: two hours. */
    Bound ofCutsWithoutOthers() {
        return new Bound(cuts, 60 * cutFor.toNanos());
    }

    /** Counts failures until there are enough of them over a time that is long enough. Thread-safe. */
    static final class Bound {
        private final int most;
        private final long nanos;
        private int count;
        private long first;

        private Bound(int most, long nanos) {
            this.most = most;
            this.nanos = nanos;
        }

        /** @return whether this failure passes the bound */
        synchronized boolean passedBy() {
            long now = System.nanoTime();
            first = count == 0 ? now : first;
            count++;
            return count >= most && now - first >= nanos;
        }

        synchronized int count() {
            return count;
        }

        synchronized void reset() {
            count = 0;
        }
    }
}
