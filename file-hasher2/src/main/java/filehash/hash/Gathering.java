package filehash.hash;

import java.time.Duration;

/**
 * Decides how long a batch waits for entries that are about to be published: as long as each look at files/ finds more,
 * and at most a quarter of the time that the last commit took. Without this wait two groups of entries would alternate:
 * one would be published while the other is committed, and each would cost a transaction. Owned by one thread.
 */
final class Gathering {
    /** The time between two looks. */
    static final Duration LOOK = Duration.ofNanos(120_000);
    /** The longest that a batch waits, however long the last commit took. */
    private static final long LONGEST_WAIT = Duration.ofMillis(2).toNanos();
    /** The fetcher sends no event when it publishes; if files/ may hold only ten entries, each is worth a look. */
    private static final Duration SHORTEST_IDLE = Duration.ofNanos(200_000);
    private static final Duration LONGEST_IDLE = Duration.ofMillis(10);

    private final int most;
    private long longest;
    private long began;
    private int seen;

    /** @param most how many entries files/ can hold: no further one can come then */
    Gathering(int most) {
        this.most = most;
    }

    /**
     * Whether the batch waits for another look.
     *
     * @param entries how many wait in files/
     * @param now in nanoseconds
     */
    boolean waitsForMore(int entries, long now) {
        if (entries <= seen || entries >= most) {
            return false;
        }
        began = seen == 0 ? now : began;
        seen = entries;
        return now - began < longest;
    }

    /** Up to an eighth of the time that nothing has moved; a free place in files/ waits for this look. */
    static Duration untilTheNextLook(Duration idle) {
        Duration late = idle.dividedBy(8);
        return late.compareTo(SHORTEST_IDLE) < 0 ? SHORTEST_IDLE
                : late.compareTo(LONGEST_IDLE) > 0 ? LONGEST_IDLE : late;
    }

    /** Starts the next batch, after one that took so long to store. */
    void stored(long nanos) {
        seen = 0;
        longest = Math.min(LONGEST_WAIT, nanos / 4);
    }
}
