package filehash.backends;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition with a bound, instead of sleeping and hoping. */
public final class Await {
    /**
     * The bound of waits that take seconds at most on an idle machine: long enough for one that is ten times slower and
     * has other work. A wait ends as soon as its condition holds, so only a failing test takes this long.
     */
    public static final Duration BOUND = Duration.ofMinutes(5);

    private static final long POLL_MILLIS = 10;

    private Await() {
    }

    /** Fails if the condition does not hold in time; an exception of the condition counts as false. */
    public static void until(String what, Duration bound, Callable<Boolean> condition) {
        long end = System.nanoTime() + bound.toNanos();
        Exception last = null;
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception e) { // the condition is tried until the bound; the error then has the last exception
                last = e;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + bound.toMillis() + " ms: " + what, last);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
