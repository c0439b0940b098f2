package filehash.init;

import filehash.init.etcd.Lease;
import java.time.Duration;

/**
 * Says when the work that this pod has claimed is to be tended: every 4 s, which is how soon a change by a user is
 * noticed and progress published; and every second while the lease may be lost. Main thread only.
 */
final class Tending {
    private static final long PAUSE = Duration.ofSeconds(4).toNanos();
    private static final long RETRY = Duration.ofSeconds(1).toNanos();

    private final Lease lease;
    private long tendedAt;

    /** Renews the lease from now on, and calls for tending at once if it may be lost. */
    Tending(Lease lease) {
        this.lease = lease;
        lease.setHeld(true);
        this.tendedAt = System.nanoTime() - (lease.renew() ? PAUSE : 0);
    }

    /** Renews the lease, and begins the next pause if this one is over. */
    boolean isDue() {
        boolean due = System.nanoTime() - tendedAt >= (lease.renew() ? RETRY : PAUSE);
        tendedAt = due ? System.nanoTime() : tendedAt;
        return due;
    }
}
