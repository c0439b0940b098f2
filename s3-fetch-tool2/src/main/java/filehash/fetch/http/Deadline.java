package filehash.fetch.http;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Aborts one request, with its response, unless it is closed in time. */
public final class Deadline implements Consumer<Runnable>, AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Duration within;
    private volatile boolean passed;
    private volatile Runnable disarm = () -> {};

    public Deadline(Duration within) {
        this.within = within;
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** The request begins. */
    @Override
    public void accept(Runnable abort) {
        Runnable pass = () -> {
            passed = true;
            abort.run();
        };
        var armed = TIMER.schedule(pass, within.toNanos(), TimeUnit.NANOSECONDS);
        disarm = () -> armed.cancel(false);
    }

    public boolean hasPassed() {
        return passed;
    }

    @Override
    public void close() {
        disarm.run();
    }
}
