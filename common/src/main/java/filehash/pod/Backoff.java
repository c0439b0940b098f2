package filehash.pod;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that double from a first to a longest one, each cut by up to a half at random so that pods don't try in step.
 * One thread's.
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private Duration next;

    public Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.next = first;
    }

    /**
     * The pace at which the shared directory is looked at: 1 ms while there is work, up to 100 ms while there is
     * none.
     */
    public static Backoff polling() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(100));
    }

    public void reset() {
        next = first;
    }

    public Duration next() {
        Duration wait = next;
        Duration doubled = wait.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        return wait.minusNanos(ThreadLocalRandom.current().nextLong(wait.toNanos() / 2 + 1));
    }
}
