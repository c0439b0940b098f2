package filehash.program;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that grow from a first to a longest one, each cut by up to a half at random so that pods don't try in step.
 * One thread's.
 */
public final class Backoff {
    private static final double DOUBLE = 2;
    /** A poll then comes late by an eighth of what was waited for, or less. */
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
     * The pace at which the shared directory is looked at by a program that has a job: 1 ms while there is work, up to
     * 100 ms while there is none, which is reached after a second.
     */
    public static Backoff polling() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(100), EIGHTH_MORE);
    }

    /**
     * The pace of one that has no job: never more than 20 ms, because the job that comes may be shorter than the wait
     * for it was. An idle program takes less than one percent of a core.
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
