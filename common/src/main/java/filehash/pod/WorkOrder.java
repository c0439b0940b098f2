package filehash.pod;

import filehash.job.JobId;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;

/**
 * The order to work or to plan. It stands while conf.json says so for this identity and no stop is requested.
 * It reads conf.json at most every 20 ms, because a step of the work may be much shorter. The downside is that the work
 * goes on for so long after the order has ended. Owned by one thread.
 */
public final class WorkOrder {
    private static final long READ_NANOS = Duration.ofMillis(20).toNanos();

    private final SharedDirectory directory;
    private final JobId id;
    private final StopSignal signal;
    private long readAt = System.nanoTime() - READ_NANOS;
    private boolean ordered;

    public WorkOrder(SharedDirectory directory, JobId id, StopSignal signal) {
        this.directory = directory;
        this.id = id;
        this.signal = signal;
    }

    public JobId id() {
        return id;
    }

    public boolean stands() throws IOException {
        if (System.nanoTime() - readAt >= READ_NANOS) {
            ordered = directory.orders(id);
            readAt = System.nanoTime();
        }
        return ordered && !signal.requested();
    }
}
