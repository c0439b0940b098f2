package filehash.init.etcd;

import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The lease to which the host key of this pod's claim is bound: while it is renewed, nobody takes the job over. It is
 * granted for a claim, and renewed by the loop that works on it; between jobs it may lapse, so that idle pods cost
 * etcd nothing. Owned by the main thread: a renewal is sent at one step of the loop, and its answer seen at a later.
 */
public final class Lease {
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Etcd etcd;
    private final Duration time;
    private long id;
    private long aliveAt;
    private long sentAt;
    private boolean needed;
    private CompletableFuture<LeaseKeepAliveResponse> renewal;

    public Lease(Etcd etcd, Duration time) {
        this.etcd = etcd;
        this.time = time;
    }

    /** A lease with at least half of its time before it: the one that is kept alive, or a new one. */
    public long id() throws IOException, InterruptedException {
        if (id == 0 || since(aliveAt).compareTo(time.dividedBy(2)) > 0) {
            long now = System.nanoTime();
            resume(etcd.await("grant a lease", () -> etcd.leases().grant(time.toSeconds())).getID());
            aliveAt = now;
            sentAt = now;
        }
        return id;
    }

    /** It is not renewed any more: what is bound to it goes in a while. */
    public void drop() {
        id = 0;
    }

    public void resume(long lease) {
        id = lease;
        renewal = null;
    }

    /**
     * Keeps the lease alive; called at each step of the loop, and never waits.
     *
     * @return whether the lease may be gone, and the host key with it
     */
    public boolean lapsed() {
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
        return since(aliveAt).compareTo(time.dividedBy(2)) > 0;
    }

    /** Between the calls of one operation: only while a job is worked on, since else nothing is bound to it. */
    public void keep() {
        if (needed) {
            lapsed();
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
