package filehash.backends;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

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

    /** What a call returns that is repeated while it throws: a busy server may answer after the caller's deadline. */
    public static <T> T answer(String what, Callable<T> call) {
        AtomicReference<T> answer = new AtomicReference<>();
        until(what, BOUND, () -> {
            answer.set(call.call());
            return true;
        });
        return answer.get();
    }

    /** Returns the first value that passes the test; the error has the last one. */
    public static <T> T value(String what, Callable<T> call, Predicate<T> test) {
        return answer(what, () -> {
            T value = call.call();
            if (!test.test(value)) {
                throw new IllegalStateException("it is " + value);
            }
            return value;
        });
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
