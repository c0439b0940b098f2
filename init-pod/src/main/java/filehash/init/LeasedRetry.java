package filehash.init;

import filehash.init.etcd.Lease;
import filehash.init.search.Search;
import filehash.program.Backoff;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Repeats what must succeed, for as long as that takes; meanwhile it renews the lease and takes the loop's steps. Main
 * thread only.
 */
record LeasedRetry(Lease lease, Search search, StopSignal signal, Trouble disk) {
    LeasedRetry(Lease lease, Search search, StopSignal signal) {
        this(lease, search, signal, new Trouble(LoggerFactory.getLogger(LeasedRetry.class), "shared directory"));
    }

    /** A write to etcd, repeated until its outcome is known. */
    interface Step {
        boolean settled() throws IOException, InterruptedException;
    }

    /** A write to the shared directory. */
    interface Word {
        void write() throws IOException;
    }

    /** False after the stop signal: there is time for one more try; the lease or the next start settles the rest. */
    boolean settled(Trouble with, Step step) throws InterruptedException {
        Backoff retry = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));
        do {
            lease.renew();
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

    /** Repeats while the disk is full. */
    void written(Word word) throws InterruptedException {
        settled(disk, () -> {
            word.write();
            disk.over();
            return true;
        });
    }
}
