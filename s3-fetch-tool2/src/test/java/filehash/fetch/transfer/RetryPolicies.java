package filehash.fetch.transfer;

import java.time.Duration;

/** The times that tests use instead of {@link RetryPolicy#USUAL}. */
public final class RetryPolicies {
    public static final Duration NEVER = Duration.ofDays(1);
    /** Failures count soon, and no object is late. */
    public static final RetryPolicy QUICK = new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(100), 5,
            Duration.ofMillis(300), 10, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(240), NEVER,
            Duration.ofMinutes(10));

    private RetryPolicies() {
    }

    /** An object at the head of the window is late after so long. */
    public static RetryPolicy late(Duration late) {
        return new RetryPolicy(QUICK.firstPause(), QUICK.longestPause(), QUICK.doubts(), QUICK.doubtFor(), QUICK.cuts(),
                QUICK.cutFor(), QUICK.listTimeout(), QUICK.maxListTimeout(), late, QUICK.outage());
    }

    /** An object whose bodies are always cut is incomplete after so long. */
    public static RetryPolicy cuts(Duration cutFor) {
        return new RetryPolicy(QUICK.firstPause(), QUICK.longestPause(), QUICK.doubts(), QUICK.doubtFor(), QUICK.cuts(),
                cutFor, QUICK.listTimeout(), QUICK.maxListTimeout(), QUICK.late(), QUICK.outage());
    }

    /** A failure that probably lasts ends the attempt after so long, and other failures count as late as usual. */
    public static RetryPolicy outage(Duration outage) {
        return new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50), 5, Duration.ofMinutes(1), 10,
                Duration.ofMinutes(2), QUICK.listTimeout(), QUICK.maxListTimeout(), NEVER, outage);
    }
}
