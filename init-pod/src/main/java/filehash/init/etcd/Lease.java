package filehash.init.etcd;

import filehash.program.Metrics;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * The lease to which the host key of this pod's claim is bound: while it is renewed, no pod takes the job over. It is
 * granted for a claim, and renewed by the loop that works on the job; between jobs it may lapse, so that idle pods cost
 * etcd nothing. Main thread only: one step of the loop sends a renewal, a later one sees the answer.
 */
public final class Lease {
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Etcd etcd;
    private final Duration time;
    private long id;
    private long aliveAt;
    private long sentAt;
    private volatile boolean needed;
    private boolean lapses;
    private final LongAdder losses = new LongAdder();
    private CompletableFuture<LeaseKeepAliveResponse> renewal;

    public Lease(Etcd etcd, Duration time) {
        this.etcd = etcd;
        this.time = time;
    }

    /** A lease with at least half of its time left: the current one, or a new one. */
    public long id() throws IOException, InterruptedException {
        if (id == 0 || since(aliveAt).compareTo(time.dividedBy(2)) > 0) {
            long now = System.nanoTime();
            resume(etcd.await(Etcd.GRANT, () -> etcd.leases().grant(time.toSeconds())).getID());
            aliveAt = now;
            sentAt = now;
        }
        return id;
    }

    /** Stops renewing it: the keys bound to it vanish in a while. */
    public void drop() {
        id = 0;
    }

    public void resume(long lease) {
        id = lease;
        renewal = null;
    }

    /**
     * Renews the lease if that is due, without waiting; the loop calls it at each step.
     *
     * @return whether the lease may be gone, and the host key with it
     */
    public boolean renew() {
        if (id == 0) {
            return true;
        }
        if (renewal != null && renewal.isDone()) {
            aliveAt = renewal.isCompletedExceptionally() ? aliveAt : sentAt;
            renewal = null;
        }
        Duration pause = renewal == null && aliveAt != sentAt ? RETRY : time.dividedBy(3);
        if (since(sentAt).compareTo(pause) > 0) {
            sentAt = System.nanoTime();
            renewal = etcd.leases().keepAliveOnce(id);
        }
        boolean before = lapses;
        lapses = since(aliveAt).compareTo(time.dividedBy(2)) > 0;
        losses.add(lapses && !before && needed ? 1 : 0);
        return lapses;
    }

    /** Measures this lease from now on. */
    public void measure(Metrics metrics) {
        metrics.gauge("filehash_jobs_held", "1 while this pod works on a job, else 0", () -> needed ? 1 : 0);
        metrics.counter("filehash_lease_losses_total",
                "Times that the lease of a job was not renewed for half of its time, so that it may be lost",
                losses::sum);
    }

    /** Renews it between the calls of one operation, if a job needs it. */
    public void keep() {
        if (needed) {
            renew();
        }
    }

    /** @param isNeeded whether this pod has a job */
    public void needed(boolean isNeeded) {
        needed = isNeeded;
    }

    private static Duration since(long then) {
        return Duration.ofNanos(System.nanoTime() - then);
    }
}
