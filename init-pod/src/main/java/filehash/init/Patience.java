package filehash.init;

import filehash.init.etcd.Lease;
import filehash.program.Backoff;
import filehash.program.Stop;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Tries again what must come through, for as long as that takes; meanwhile it keeps the lease, and does what each step
 * of the loop does. Owned by the main thread.
 */
record Patience(Lease lease, Search search, Stop signal, Trouble disk) {
    Patience(Lease lease, Search search, Stop signal) {
        this(lease, search, signal, new Trouble(LoggerFactory.getLogger(Patience.class), "shared directory"));
    }

    /** What is tried until its outcome is known. */
    interface Step {
        boolean settled() throws IOException, InterruptedException;
    }

    /** What the siblings are to be told. */
    interface Word {
        void write() throws IOException;
    }

    /** False at the signal: once more is all that there is time for, and the lease or the next start will settle it. */
    boolean settled(Trouble with, Step step) throws InterruptedException {
        Backoff retry = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));
        do {
            lease.lapsed();
            search.step();
            try {
                if (step.settled()) {
                    return true;
                }
            } catch (IOException e) {
                with.failed(e.getMessage());
            }
        } while (!signal.await(retry.next()));
        return false;
    }

    /** A full disk is waited for. */
    void written(Word word) throws InterruptedException {
        settled(disk, () -> {
            word.write();
            disk.over();
            return true;
        });
    }
}
