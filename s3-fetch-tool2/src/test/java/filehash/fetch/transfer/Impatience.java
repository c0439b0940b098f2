package filehash.fetch.transfer;

import java.time.Duration;

/** The times that tests use instead of {@link Patience#USUAL}. */
public final class Impatience {
    public static final Duration NEVER = Duration.ofDays(1);
    /** Failures count soon, and no object is late. */
    public static final Patience QUICK = new Patience(Duration.ofMillis(10), Duration.ofMillis(100), 5,
            Duration.ofMillis(300), 10, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(240), NEVER,
            Duration.ofMinutes(10));

    private Impatience() {
    }

    /** An object at the head of the window is late after so long. */
    public static Patience late(Duration late) {
        return new Patience(QUICK.firstPause(), QUICK.longestPause(), QUICK.doubts(), QUICK.doubtFor(), QUICK.cuts(),
                QUICK.cutFor(), QUICK.list(), QUICK.longestList(), late, QUICK.outage());
    }

    /** An object whose bodies are always cut is incomplete after so long. */
    public static Patience cuts(Duration cutFor) {
        return new Patience(QUICK.firstPause(), QUICK.longestPause(), QUICK.doubts(), QUICK.doubtFor(), QUICK.cuts(),
                cutFor, QUICK.list(), QUICK.longestList(), QUICK.late(), QUICK.outage());
    }

    /** A failure that probably lasts ends the attempt after so long, and other failures count as late as usual. */
    public static Patience outage(Duration outage) {
        return new Patience(Duration.ofMillis(10), Duration.ofMillis(50), 5, Duration.ofMinutes(1), 10,
                Duration.ofMinutes(2), QUICK.list(), QUICK.longestList(), NEVER, outage);
    }
}
