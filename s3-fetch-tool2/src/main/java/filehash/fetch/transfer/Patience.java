package filehash.fetch.transfer;

import java.time.Duration;

/**
 * How long each kind of failure is tried again before it counts. Only tests use other values than {@link #USUAL}.
 *
 * @param firstPause between two tries, doubled up to the longest
 * @param doubts after so many doubtful answers, and not before the time below, S3 is believed to have refused
 * @param cuts after so many bodies of another length than listed, and not before the time below, the object counts
 *         as incomplete
 * @param list for how long a page of the listing may take, doubled after each that took longer, up to the longest
 * @param late an object at the head of the window is asked for a second time after so long, or later where answers
 *         usually take long
 * @param outage without one success of any request for so long, what may well last for ever ends the attempt
 */
public record Patience(Duration firstPause, Duration longestPause, int doubts, Duration doubtFor, int cuts,
        Duration cutFor, Duration list, Duration longestList, Duration late, Duration outage) {
    public static final Patience USUAL = new Patience(Duration.ofMillis(100), Duration.ofSeconds(10), 5,
            Duration.ofSeconds(60), 10, Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(240),
            Duration.ofMillis(50), Duration.ofMinutes(10));

    /** Of one request for the same thing, again and again. */
    Bound ofDoubts() {
        return new Bound(doubts, doubtFor);
    }

    /** As many refusals of one object over so long, and none of another that came later: 15 s. */
    public Duration steadyFor() {
        return doubtFor.dividedBy(4);
    }

    /** Of one object. */
    Bound ofCuts() {
        return new Bound(cuts, cutFor);
    }

    /** The same where no other object shows that it is not an outage: two hours. */
    Bound ofCutsWithoutOthers() {
        return new Bound(cuts, cutFor.multipliedBy(60));
    }

    /** Counts failures of one thing until they are many enough over a time that is long enough. */
    static final class Bound {
        private final int most;
        private final Duration time;
        private int count;
        private long first;

        private Bound(int most, Duration time) {
            this.most = most;
            this.time = time;
        }

        /** @return whether this failure is one too many */
        synchronized boolean passedBy() {
            long now = System.nanoTime();
            first = count == 0 ? now : first;
            count++;
            return count >= most && now - first >= time.toNanos();
        }

        synchronized int count() {
            return count;
        }

        synchronized void reset() {
            count = 0;
        }
    }
}
