package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Tree;
import filehash.job.RateLimits;
import java.io.IOException;

/**
 * Divides the limits of /conf among the pods at work: each has a key that is bound to its lease, and takes an equal
 * part. The downsides: for the few seconds after a pod has come, until the others count it, all together may exceed the
 * limit; a pod that etcd cannot reach keeps its last share; and a pod that has nothing to do any more counts until its
 * lease ends. Main thread only.
 */
public final class Shares {
    private final Etcd etcd;
    private final Tree tree;
    private final ConfSource conf;
    private final Lease lease;
    private final String host;

    public Shares(Etcd etcd, Tree tree, ConfSource conf, Lease lease, String host) {
        this.etcd = etcd;
        this.tree = tree;
        this.conf = conf;
        this.lease = lease;
        this.host = host;
    }

    /**
     * Takes this pod's share of the limits, as they are now.
     *
     * @throws IllegalArgumentException if a limit in /conf is wrong
     */
    public RateLimits take() throws IOException, InterruptedException {
        long mine = lease.current(); // to grant another one is for the claim, which must notice that it may have lapsed
        String key = tree.share(Long.toHexString(mine));
        Snapshot now = etcd.read(Range.folder(tree.conf()), Range.key(key));
        RateLimits all = conf.limits(now);
        if (all.equals(RateLimits.NONE)) {
            return all;
        }
        if (mine != 0 && !now.has(key)) {
            etcd.txn("share").ifAbsent(key).bind(key, host, mine).commit();
        }
        // afterwards, so that of pods which begin together the last one counts all
        return all.dividedBy((int) Math.max(1, Scan.count(etcd, tree.shares())));
    }
}
