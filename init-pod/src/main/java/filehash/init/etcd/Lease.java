package filehash.init.etcd;

import filehash.program.Metrics;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * The lease to which the host key of this pod's claim is bound. While it is renewed, no other pod takes the job over.
 * It is granted for a claim, and renewed by the loop that works on the job; between jobs it may expire, so that idle
 * pods cost etcd nothing. It is never revoked: a transaction that gives a job back deletes the host key. No thread
 * renews it: one step of the loop sends a renewal, and a later one sees the answer. The downside is that a step that
 * takes longer than the TTL loses the lease. Main thread only, except for the metrics.
 */
public final class Lease {
    /** A failed renewal is sent again after this time rather than after a third of the TTL. */
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Etcd etcd;
    private final Duration ttl;
    /** 0 if there is no lease. */
    private long id;
    /** When the last renewal that succeeded was sent. etcd keeps the lease for at least the TTL from then on. */
    private long renewedAt;
    private long sentAt;
    private volatile boolean held;
    /** Whether the last call of {@link #renew} found that the lease may be lost. */
    private boolean lapses;
    private final LongAdder losses = new LongAdder();
    private CompletableFuture<LeaseKeepAliveResponse> renewal;

    public Lease(Etcd etcd, Duration ttl) {
        this.etcd = etcd;
        this.ttl = ttl;
    }

    /**
     * Obtains a lease with at least half of its TTL left: the current one, or else a new one, for which it calls etcd.
     *
     * @return the id of the lease
     */
    public long obtain() throws IOException, InterruptedException {
        if (id == 0 || since(renewedAt).compareTo(ttl.dividedBy(2)) > 0) {
            long now = System.nanoTime();
            id = etcd.await(Etcd.GRANT, () -> etcd.leases().grant(ttl.toSeconds())).getID();
            renewal = null;
            renewedAt = now;
            sentAt = now;
        }
        return id;
    }

    /** The id of the current lease, whatever is left of it; 0 if there is none. Does not call etcd. */
    public long current() {
        return id;
    }

    /**
     * Stops the renewals. Use it if the outcome of a transaction is unknown: should etcd apply it later, the keys it
     * binds expire with this lease.
     */
    public void orphan() {
        id = 0;
    }

    /** Renews this lease again: its transaction turned out to have been applied. */
    public void resume(long lease) {
        id = lease;
        renewal = null;
    }

    /**
     * Sends a renewal if one is due, and does not wait for the answer; the loop calls it at each step.
     *
     * @return true if there is no lease, or if the last successful renewal is older than half the TTL: etcd may have
     *         expired the lease, and deleted the host key
     */
    public boolean renew() {
        if (id == 0) {
            return true;
        }
        if (renewal != null && renewal.isDone()) {
            renewedAt = renewal.isCompletedExceptionally() ? renewedAt : sentAt;
            renewal = null;
        }
        Duration pause = renewal == null && renewedAt != sentAt ? RETRY : ttl.dividedBy(3);
        if (since(sentAt).compareTo(pause) > 0) {
            sentAt = System.nanoTime();
            renewal = etcd.leases().keepAliveOnce(id);
        }
        boolean before = lapses;
        lapses = since(renewedAt).compareTo(ttl.dividedBy(2)) > 0;
        losses.add(lapses && !before && held ? 1 : 0);
        return lapses;
    }

    /** Renews the lease between the calls of one operation, if this pod holds a job. */
    public void renewIfHeld() {
        if (held) {
            renew();
        }
    }

    /** @param isHeld whether this pod holds a job whose lease must not expire */
    public void setHeld(boolean isHeld) {
        held = isHeld;
    }

    /** Registers the metrics of this lease. */
    public void register(Metrics metrics) {
        metrics.gauge("filehash_jobs_held", "1 while this pod works on a job, else 0", () -> held ? 1 : 0);
        metrics.counter("filehash_lease_losses_total",
                "Times that the lease of a job was not renewed for half of its time, so that it may be lost",
                losses::sum);
    }

    private static Duration since(long then) {
        return Duration.ofNanos(System.nanoTime() - then);
    }
}
