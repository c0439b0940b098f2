package filehash.hash;

import filehash.pod.JobId;
import filehash.pod.SharedDirectory;
import filehash.program.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Whether this attempt is still to be worked on, and what it does next. One thread's. */
final class Duty {
    /** How often conf.json is read: a step may be much shorter. */
    private static final long LOOK = Duration.ofMillis(20).toNanos();

    private final SharedDirectory directory;
    private final JobId id;
    private final Stop signal;
    private final Consumer<String> steps;
    private long lookedAt = System.nanoTime() - LOOK;

    /**
     * @param steps is told of each step before it is taken: the program's heartbeat, and the place where tests let it
     *     die
     */
    Duty(SharedDirectory directory, JobId id, Stop signal, Consumer<String> steps) {
        this.directory = directory;
        this.id = id;
        this.signal = signal;
        this.steps = steps;
    }

    JobId id() {
        return id;
    }

    /** Goes on only while conf.json says work for this identity. It is no step: a loop that only asks stands still. */
    void check() throws Halted, IOException {
        if (System.nanoTime() - lookedAt >= LOOK) {
            if (!directory.saysWork(id)) {
                throw new Halted();
            }
            lookedAt = System.nanoTime();
        }
        if (signal.requested()) {
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
