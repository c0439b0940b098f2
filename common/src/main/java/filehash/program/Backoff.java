package filehash.program;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that grow from a first to a longest one. Each is shortened at random by up to a half, so that pods do not retry
 * in step. Owned by one thread.
 */
public final class Backoff {
    private static final double DOUBLE = 2;
    /** Polls at this growth are late by at most an eighth of the time waited so far. */
    private static final double EIGHTH_MORE = 1.125;

    private final Duration first;
    private final Duration longest;
    private final double growth;
    private Duration next;

    public Backoff(Duration first, Duration longest) {
        this(first, longest, DOUBLE);
    }

    private Backoff(Duration first, Duration longest, double growth) {
        this.first = first;
        this.longest = longest;
        this.growth = growth;
        this.next = first;
    }

    /**
     * The pace at which a program with a job polls the shared directory: 1 ms while there is work, and up to 100 ms
     * without, reached after a second.
     */
    public static Backoff polling() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(100), EIGHTH_MORE);
    }

    /**
     * The pace of a program without a job: at most 20 ms, because the next job may be shorter than the wait for it. An
     * idle program uses less than one percent of a core.
     */
    public static Backoff idling() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), EIGHTH_MORE);
    }

    public void reset() {
        next = first;
    }

    public Duration next() {
        Duration wait = next;
        Duration grown = Duration.ofNanos((long) (wait.toNanos() * growth));
        next = grown.compareTo(longest) < 0 ? grown : longest;
        return wait.minusNanos(ThreadLocalRandom.current().nextLong(wait.toNanos() / 2 + 1));
    }
}
