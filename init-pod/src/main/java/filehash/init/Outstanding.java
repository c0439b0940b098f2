package filehash.init;

import filehash.pod.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps /stats/outstanding right, which an autoscaler reads. It is counted anew from a look, never added up, and
 * written apart from the claims, so that they do not contend for it; only over the count that the same look saw, so
 * never an older count over a newer.
 *
 * <p>Whoever changes the count writes it. All others see the change by their watch, and within two seconds write it
 * themselves, unless they see that it was written: so it is right even if the one that changed it died. What this pod
 * wrote itself is no such sign for a change that came after its look. And all count anew every half minute, also while
 * they work on a job. Used by the main thread, and told of events by etcd's.
 */
final class Outstanding {
    /** In case news was missed. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final Etcd etcd;
    private final Tree tree;
    private final Metrics metrics;
    private long changed;
    private long counted;
    private long ours;
    private long others;
    private boolean writing;
    private boolean pending = true;
    private long dueAt = System.nanoTime();
    private long lookAgainAt = dueAt;

    Outstanding(Etcd etcd, Tree tree, Metrics metrics) {
        this.etcd = etcd;
        this.tree = tree;
        this.metrics = metrics;
    }

    /** This pod changed the count, by a transaction at that revision. */
    synchronized void changedByUs(long revision) {
        changed = Math.max(changed, revision);
        postpone(0, 1);
    }

    /** Something may have changed, or news may have been missed. */
    synchronized void countAgain() {
        postpone(0, 1);
    }

    /** A look failed. */
    synchronized void later() {
        postpone(500, 1000);
    }

    /** Somebody changed the count. */
    synchronized void changed(long revision) {
        changed = Math.max(changed, revision);
        if (!pending && changed > Math.max(counted, others)) {
            postpone(900, 1700);
        }
    }

    /** Somebody wrote the key. */
    synchronized void told(long revision) {
        if (!writing && revision != ours) {
            others = Math.max(others, revision);
            pending &= changed > others;
        }
    }

    /** Whether it is time for a look to count by. */
    synchronized boolean due() {
        return System.nanoTime() - (pending ? dueAt : lookAgainAt) >= 0;
    }

    /**
     * Writes the count of this look, where it is another.
     *
     * @return whether it stands there now
     */
    boolean tell(Look look) throws IOException, InterruptedException {
        show(look.outstanding(), look.parked());
        String count = Integer.toString(look.outstanding());
        boolean right = count.equals(look.told());
        if (!right) {
            Txn txn = etcd.txn("write " + tree.outstanding()).ifUnchanged(tree.outstanding(), look.all())
                    .put(tree.outstanding(), count);
            right = write(txn);
        }
        synchronized (this) {
            if (right) {
                counted = look.all().revision();
                pending = changed > counted;
                lookAgainAt = System.nanoTime() + LOOK_AGAIN.toNanos();
            }
            if (pending || !right) {
                postpone(100, 500);
            }
        }
        return right;
    }

    private void show(int outstanding, int parked) {
        metrics.gauge("filehash_jobs_outstanding", "Jobs unclaimed and in progress, over all requests, as last seen",
                () -> outstanding);
        metrics.gauge("filehash_jobs_parked", "Jobs that failed too often, as last seen", () -> parked);
    }

    private boolean write(Txn txn) throws IOException, InterruptedException {
        synchronized (this) {
            writing = true;
            postpone(100, 500);
        }
        boolean written = false;
        try {
            written = txn.commit();
            return written;
        } finally {
            synchronized (this) {
                writing = false;
                ours = written ? txn.revision() : ours;
            }
        }
    }

    private void postpone(int leastMillis, int mostMillis) {
        pending = true;
        dueAt = System.nanoTime()
                + Duration.ofMillis(ThreadLocalRandom.current().nextInt(leastMillis, mostMillis)).toNanos();
    }
}
