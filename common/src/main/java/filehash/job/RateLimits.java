package filehash.job;

/**
 * How many requests and bytes per second pods may use: all together, as /conf says, or one of them, as limits.json
 * says.
 *
 * @param requestsPerSecond 0 for no limit
 * @param bytesPerSecond 0 for no limit
 */
public record RateLimits(double requestsPerSecond, double bytesPerSecond) {
    public static final RateLimits NONE = new RateLimits(0, 0);

    public RateLimits {
        if (!(requestsPerSecond >= 0 && bytesPerSecond >= 0)) {
            throw new IllegalArgumentException("limits of " + requestsPerSecond + " requests and " + bytesPerSecond
                    + " bytes per second");
        }
    }

    /** The share of one of so many pods. */
    public RateLimits dividedBy(int pods) {
        return new RateLimits(requestsPerSecond / pods, bytesPerSecond / pods);
    }
}
