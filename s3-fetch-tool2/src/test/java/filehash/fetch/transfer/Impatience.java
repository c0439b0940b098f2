package filehash.fetch.transfer;

import java.time.Duration;

/** How long tests wait. */
public final class Impatience {
    public static final Duration NEVER = Duration.ofDays(1);
    /** Failures count soon, and no object is late. */
    public static final Patience QUICK = new Patience(Duration.ofMillis(10), Duration.ofMillis(100), 5,
            Duration.ofMillis(300), 10, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(240), NEVER,
            Duration.ofMinutes(10));

    private Impatience() {
    }
}
