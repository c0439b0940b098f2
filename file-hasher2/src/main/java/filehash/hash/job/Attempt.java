package filehash.hash.job;

import filehash.job.JobId;
import filehash.pod.SharedDirectory;
import filehash.pod.WorkOrder;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The attempt under way: it may go on until conf.json no longer says work for it, or the signal comes; and it announces
 * each step before the step is taken. Owned by one thread.
 */
public final class Attempt {
    private final WorkOrder order;
    private final StopSignal signal;
    private final Consumer<String> steps;

    /** conf.json no longer says work for this attempt, or the signal came. */
    public static final class Halted extends Exception {
        private static final long serialVersionUID = 1;

        Halted() {
            super("the attempt was halted", null, false, false);
        }
    }

    /**
     * @param steps receives each step before it is taken: the heartbeat, and the place where tests kill the program
     */
    public Attempt(SharedDirectory directory, JobId id, StopSignal signal, Consumer<String> steps) {
        this.order = new WorkOrder(directory, id, signal);
        this.signal = signal;
        this.steps = steps;
    }

    public JobId id() {
        return order.id();
    }

    /** Throws unless the attempt may go on. This is no step: a loop that does nothing else must not look alive. */
    public void check() throws Halted, IOException {
        if (!order.stands()) {
            throw new Halted();
        }
    }

    public void pause(Duration time) throws Halted, InterruptedException {
        step("wait");
        if (signal.await(time)) {
            throw new Halted();
        }
    }

    public void step(String next) {
        steps.accept(next);
    }
}
