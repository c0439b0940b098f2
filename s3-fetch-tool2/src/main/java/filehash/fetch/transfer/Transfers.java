package filehash.fetch.transfer;

import filehash.fetch.s3.Bucket;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BooleanSupplier;

/** Starts downloads. Immutable. */
public final class Transfers {
    /** So many downloads may wait for a connection, so that none sits idle until the next turn of the loop. */
    private static final int WAITING = 16;

    private final Bucket bucket;
    private final Retry retry;
    private final ThreadPoolExecutor workers;
    private final Executor spare;
    private final SpareCpus cpus;
    private final OtherObjects others;
    private final RetryPolicy policy;
    private final BooleanSupplier limited;
    private final Disk disk;

    /**
     * @param spare threads that start at once, for second requests
     * @param limited whether a limit of /conf sets the pace of bodies
     */
    public Transfers(Bucket bucket, Retry retry, ThreadPoolExecutor workers, Executor spare, SpareCpus cpus,
            OtherObjects others, RetryPolicy policy, BooleanSupplier limited, Disk disk) {
        this.bucket = bucket;
        this.retry = retry;
        this.workers = workers;
        this.spare = spare;
        this.cpus = cpus;
        this.others = others;
        this.policy = policy;
        this.limited = limited;
        this.disk = disk;
    }

    public void begin(Download download) {
        transfer(download, workers).begin(cpus, disk, () -> !workers.getQueue().isEmpty());
    }

    /** Sends a second request for a small object whose first response is late. */
    public void hedge(Download download) {
        transfer(download, spare).hedge();
    }

    private Transfer transfer(Download download, Executor threads) {
        CutBodies cuts = new CutBodies(download.item(), others, policy, limited, download.stop());
        return new Transfer(bucket, retry, threads, cuts, limited, download);
    }

    /** Whether another download would only wait for a connection. */
    public boolean areBusy() {
        return workers.getQueue().size() >= WAITING;
    }
}
