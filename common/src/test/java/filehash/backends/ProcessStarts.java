package filehash.backends;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.function.Executable;

/**
 * Each process that this JVM starts has copies of all its sockets, until it runs its own program: what the JVM closes
 * meanwhile stays open for some milliseconds.
 */
final class ProcessStarts {
    private ProcessStarts() {
    }

    /** Runs it while one process after the other starts. */
    static void during(Executable work) throws Throwable {
        AtomicBoolean enough = new AtomicBoolean();
        FutureTask<Integer> starts = new FutureTask<>(() -> {
            int started = 0;
            while (!enough.get()) {
                started += new ProcessBuilder("true").start().waitFor() == 0 ? 1 : 0;
            }
            return started;
        });
        new Thread(starts, "process-starts").start();
        try {
            work.execute();
        } finally {
            enough.set(true);
            assertTrue(starts.get() > 0);
        }
    }
}
