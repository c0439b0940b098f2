package filehash.hash;

import filehash.pod.JobId;
import filehash.pod.SharedDirectory;
import filehash.pod.WorkOrder;
import filehash.program.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Whether this attempt is still to be worked on, and what it does next. One thread's. */
final class Duty {
    private final WorkOrder order;
    private final Stop signal;
    private final Consumer<String> steps;

    /**
     * @param steps is told of each step before it is taken: the program's heartbeat, and the place where tests let it
     *     die
     */
    Duty(SharedDirectory directory, JobId id, Stop signal, Consumer<String> steps) {
        this.order = new WorkOrder(directory, id, signal);
        this.signal = signal;
        this.steps = steps;
    }

    JobId id() {
        return order.id();
    }

    /** Goes on only while conf.json says work for this identity. It is no step: a loop that only asks stands still. */
    void check() throws Halted, IOException {
        if (!order.stands()) {
            throw new Halted();
        }
    }

    void pause(Duration time) throws Halted, InterruptedException {
        step("wait");
        if (signal.await(time)) {
            throw new Halted();
        }
    }

    void step(String next) {
        steps.accept(next);
    }
}
