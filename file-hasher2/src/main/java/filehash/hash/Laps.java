package filehash.hash;

import filehash.hash.Counts.Wait;

/** Divides the time of the loop among what it waited for. Owned by one thread. */
final class Laps {
    private final Counts counts;
    private long since = System.nanoTime();

    Laps(Counts counts) {
        this.counts = counts;
    }

    /**
     * Ends a lap.
     *
     * @return its nanoseconds
     */
    long lap(Wait wait) {
        long now = System.nanoTime();
        long nanos = now - since;
        counts.waited(wait, nanos);
        since = now;
        return nanos;
    }
}
