package filehash.program;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The signal to stop. It ends every wait of a program. SIGTERM raises it and then waits until the program has ended,
 * because the JVM halts as soon as the last shutdown hook returns. Safe for use by several threads.
 */
public final class StopSignal {
    /** A pod must be gone within 10 s. A longer step is cut off, which is safe because a crash may cut it off too. */
    private static final Duration LONGEST_END = Duration.ofSeconds(9);

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The signal that SIGTERM and SIGINT raise. */
    static StopSignal onSignal() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::endBySignal, "stop"));
        return signal;
    }

    public void request() {
        requested.countDown();
    }

    public boolean requested() {
        return requested.getCount() == 0;
    }

    /** Waits until the time is over or the signal comes; returns whether it has come. */
    public boolean await(Duration time) throws InterruptedException {
        return requested.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The program has ended, so the shutdown hook need not wait any longer. */
    void ended() {
        ended.countDown();
    }

    private void endBySignal() {
        request();
        try {
            if (!ended.await(LONGEST_END.toNanos(), TimeUnit.NANOSECONDS)) {
                LoggerFactory.getLogger(StopSignal.class).warn("halts in mid-step, {} s after the stop signal",
                        LONGEST_END.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the JVM halts anyway
        }
    }
}
