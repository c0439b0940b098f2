package filehash.init;

import filehash.init.claim.Claim;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.tree.JobProgress.Lately;
import filehash.init.tree.Tree;
import filehash.program.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Publishes every 4 s at work what this pod has waited for and stored lately. The key belongs to the pod and not to a
 * job, because jobs may be much shorter. It is bound to the pod's lease, so the report of a pod that is lost goes with
 * it. The downside is that a pod without work reports its last request until its lease ends. Main thread only.
 */
final class Reports {
    private static final long PAUSE = Duration.ofSeconds(4).toNanos();

    private final Siblings siblings;
    private final Etcd etcd;
    private final Tree tree;
    private final Lease lease;
    private long dueAt = System.nanoTime();

    Reports(Siblings siblings, Etcd etcd, Tree tree, Lease lease) {
        this.siblings = siblings;
        this.etcd = etcd;
        this.tree = tree;
        this.lease = lease;
    }

    /** Publishes if that is due. */
    void step(Claim claim) throws IOException, InterruptedException {
        if (System.nanoTime() - dueAt < 0) {
            return;
        }
        dueAt = System.nanoTime() + PAUSE;
        Optional<Lately> lately = siblings.lately(claim);
        long mine = lease.current(); // to grant another one is for the claim
        if (lately.isEmpty() || mine == 0) {
            return;
        }
        try {
            etcd.txn("report pod").bind(tree.lately(Long.toHexString(mine)), Json.write(lately.get()), mine).commit();
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
        }
    }
}
