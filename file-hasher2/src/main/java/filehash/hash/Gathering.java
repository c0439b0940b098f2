package filehash.hash;

import java.time.Duration;

/**
 * How long a batch waits for the entries that are on their way: while each look shows more of them, and never longer
 * than a quarter of a commit. Without it two groups of entries would take turns: each would be published while the
 * other is committed, and take a transaction of its own. One thread's.
 */
final class Gathering {
    /** Between two looks. */
    static final Duration LOOK = Duration.ofNanos(250_000);
    private static final long LONGEST = Duration.ofMillis(2).toNanos();

    private final int most;
    private long longest;
    private long began;
    private int seen;

    /** @param most entries there can be: then none is on its way */
    Gathering(int most) {
        this.most = most;
    }

    /**
     * Whether there is to be another look.
     *
     * @param entries that wait in files/
     * @param now in nanoseconds
     */
    boolean goesOn(int entries, long now) {
        if (entries <= seen || entries >= most) {
            return false;
        }
        began = seen == 0 ? now : began;
        seen = entries;
        return now - began < longest;
    }

    /** The batch is stored, and the next one begins. */
    void stored(long nanos) {
        seen = 0;
        longest = Math.min(LONGEST, nanos / 4);
    }
}
