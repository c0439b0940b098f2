package filehash.hash;

import filehash.hash.HasherCounts.Wait;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Divides the time of the loop among what it waited for. A lap may last as long as an outage, so after a second, where
 * it is known what it waits for, each step of the attempt books what has passed. Thread-safe, because digests take
 * steps too.
 */
final class Laps {
    private static final long LONG = Duration.ofSeconds(1).toNanos();

    private final HasherCounts counts;
    private long since = System.nanoTime();
    private long booked = since;
    /** What the lap under way waits for; null if only its end shows that. */
    private Wait current;

    Laps(HasherCounts counts, Wait first) {
        this.counts = counts;
        this.current = first;
    }

    /** Books at each of these steps. */
    Consumer<String> with(Consumer<String> steps) {
        return step -> {
            book();
            steps.accept(step);
        };
    }

    private synchronized void book() {
        long now = System.nanoTime();
        if (current != null && now - since > LONG) {
            counts.waited(current, now - booked);
            booked = now;
        }
    }

    long lap(Wait wait) {
        return lap(wait, null);
    }

    /**
     * Ends a lap.
     *
     * @param next what the next one waits for
     * @return its nanoseconds
     */
    synchronized long lap(Wait wait, Wait next) {
        long now = System.nanoTime();
        long nanos = now - since;
        counts.waited(wait, now - booked);
        since = now;
        booked = now;
        current = next;
        return nanos;
    }
}
