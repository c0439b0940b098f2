package filehash.init;

import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The lease to which the host key of this pod's claim is bound: while it is renewed, nobody takes the job over. It is
 * granted for a claim, and renewed by the loop that works on it; between jobs it may lapse, so that idle pods cost
 * etcd nothing. Owned by the main thread: a renewal is sent at one step of the loop, and its answer seen at a later.
 */
final class Lease {
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Etcd etcd;
    private final io.etcd.jetcd.Lease leases;
    private final Duration time;
    private long id;
    private long sentAt;
    private long aliveAt;
    private CompletableFuture<LeaseKeepAliveResponse> renewal;

    Lease(Etcd etcd, io.etcd.jetcd.Lease leases, Duration time) {
        this.etcd = etcd;
        this.leases = leases;
        this.time = time;
    }

    /** A lease with at least half of its time before it. */
    long id() throws IOException, InterruptedException {
        if (id == 0 || since(aliveAt).compareTo(time.dividedBy(2)) > 0) {
            long now = System.nanoTime();
            id = etcd.await("grant a lease", leases.grant(time.toSeconds())).getID();
            aliveAt = now;
            sentAt = now;
            renewal = null;
        }
        return id;
    }

    /**
     * Keeps the lease alive; called at each step of the loop, and never waits.
     *
     * @return whether the lease is gone, and the host key with it
     */
    boolean lost() {
        if (renewal != null && renewal.isDone()) {
            if (!renewal.isCompletedExceptionally()) {
                aliveAt = sentAt;
            }
            renewal = null;
        }
        Duration pause = aliveAt == sentAt ? time.dividedBy(3) : RETRY;
        if (id != 0 && since(sentAt).compareTo(renewal == null ? pause : time.dividedBy(3)) > 0) {
            sentAt = System.nanoTime();
            renewal = leases.keepAliveOnce(id);
        }
        return id == 0 || since(aliveAt).compareTo(time) > 0;
    }

    /**
     * Ends the lease for certain: a transaction of unknown outcome that would bind a key to it cannot come through
     * any more, and if it has, the key is gone.
     */
    void revoke() throws IOException, InterruptedException {
        if (id != 0) {
            etcd.await("revoke the lease", leases.revoke(id));
            id = 0;
        }
    }

    private static Duration since(long then) {
        return Duration.ofNanos(System.nanoTime() - then);
    }
}
