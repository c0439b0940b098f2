package filehash.init;

import filehash.init.search.Reminders;
import filehash.init.search.Search;
import filehash.job.JobId;
import filehash.program.Backoff;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what conf.json has both siblings do. Main thread only. */
record Handshake(Siblings siblings, Search search, LeasedRetry retry, StopSignal signal) {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    /** Stops the siblings, waits until both are idle, however long that takes, and removes conf.json. */
    void end(JobId id, String request) throws IOException, InterruptedException {
        end(id, request, false);
    }

    /** @param cancelled whether the user has cancelled the request */
    void end(JobId id, String request, boolean cancelled) throws IOException, InterruptedException {
        retry.written(() -> siblings.stop(cancelled));
        Backoff pace = Backoff.polling();
        Reminders reminders = new Reminders(Duration.ofMinutes(1));
        long began = System.nanoTime();
        while (!siblings.busy(id).isEmpty()) {
            if (signal.await(pace.next())) {
                return;
            }
            search.step();
            if (reminders.due(Duration.ofNanos(System.nanoTime() - began))) {
                LOG.warn("{}: still waits for {} to stop", id.in(request), siblings.busy(id));
            }
        }
        siblings.sweep();
    }
}
