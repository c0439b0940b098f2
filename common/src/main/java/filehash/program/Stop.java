package filehash.program;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The signal to end. Every wait of a program ends with it. SIGTERM raises it and then waits until the program has
 * ended, because the JVM halts as soon as the last shutdown hook returns. Safe for use by several threads.
 */
public final class Stop {
    /** All are to be gone within 10 seconds; a step that takes longer is one that a crash may break off too. */
    private static final Duration LONGEST_END = Duration.ofSeconds(9);

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Ends with SIGTERM or SIGINT. */
    static Stop onSignal() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::endBySignal, "stop"));
        return stop;
    }

    public void request() {
        requested.countDown();
    }

    public boolean requested() {
        return requested.getCount() == 0;
    }

    /** Waits until the time is over or the end is asked for: true if it is. */
    public boolean await(Duration time) throws InterruptedException {
        return requested.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The program has ended by itself: the exit that follows need not wait. */
    void ended() {
        ended.countDown();
    }

    private void endBySignal() {
        request();
        try {
            ended.await(LONGEST_END.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the JVM halts anyway
        }
    }
}
