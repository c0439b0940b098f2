package filehash.hash;

import filehash.hash.HasherCounts.Wait;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Divides the time of the loop among what it waits for. A lap may last as long as an outage, so after a second each
 * step of the attempt books what has passed. Thread-safe, because digests take steps too.
 */
final class Laps {
    private static final long LONG = Duration.ofSeconds(1).toNanos();

    private final HasherCounts counts;
    private long since = System.nanoTime();
    private long booked = since;
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
        if (now - since > LONG) {
            bookUntil(now);
        }
    }

    /**
     * Ends the lap, and begins the next one.
     *
     * @param next what the loop waits for from now on
     * @return the nanoseconds of the lap that has ended
     */
    synchronized long begin(Wait next) {
        long now = System.nanoTime();
        long nanos = now - since;
        bookUntil(now);
        since = now;
        current = next;
        return nanos;
    }

    /** Books the rest of the lap on something else than what it began with. */
    synchronized void bookOn(Wait wait) {
        current = wait;
    }

    private void bookUntil(long now) {
        counts.waited(current, now - booked);
        booked = now;
    }
}
