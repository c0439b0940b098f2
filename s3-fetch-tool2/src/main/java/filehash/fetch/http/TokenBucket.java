package filehash.fetch.http;

/**
 * Tokens that come at a steady rate and are taken by what the rate limits. What is not taken within a fifth of a second
 * is lost, so in any time no more is taken than the rate allows in that time and a fifth of a second. The downside is
 * that a program that stands still for longer does not catch up. Not thread-safe.
 */
final class TokenBucket {
    private static final double KEPT_SECONDS = 0.2;
    private static final double NANOS = 1e9;

    private double perSecond;
    private double tokens;
    private long countedAt;

    /** @param rate tokens per second, or 0 for no limit */
    void limit(double rate, long now) {
        count(now);
        perSecond = rate;
        tokens = Math.min(tokens, kept());
    }

    boolean isLimited() {
        return perSecond > 0;
    }

    /** How many of so many to take at once, so that all can be there at once. */
    int most(int wanted) {
        return isLimited() ? (int) Math.max(1, Math.min(wanted, kept())) : wanted;
    }

    /** The nanoseconds until so many can be taken, at most {@link #most}; 0 if they are there. */
    long pause(int wanted, long now) {
        count(now);
        return isLimited() ? (long) Math.ceil(Math.max(0, (wanted - tokens) / perSecond * NANOS)) : 0;
    }

    /** @param taken negative for what is given back */
    void take(int taken) {
        tokens -= isLimited() ? taken : 0;
    }

    private void count(long now) {
        tokens = isLimited() ? Math.min(kept(), tokens + (now - countedAt) / NANOS * perSecond) : 0;
        countedAt = now;
    }

    /** At least one, or a slow rate would never give any. */
    private double kept() {
        return Math.max(1, perSecond * KEPT_SECONDS);
    }
}
