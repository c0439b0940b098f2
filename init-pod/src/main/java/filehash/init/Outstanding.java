package filehash.init;

import java.io.IOException;

/**
 * Keeps /stats/outstanding right, which an autoscaler reads. It is counted anew from a look, never added up, and
 * written apart from the claims so that they don't contend for it: only over the count that the same look saw, so
 * never an older count over a newer.
 */
final class Outstanding {
    private final Etcd etcd;
    private final Tree tree;

    Outstanding(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** @return whether it is right as of this look, or a newer one's concern */
    boolean tell(Look look) throws IOException, InterruptedException {
        String count = Integer.toString(look.outstanding());
        return count.equals(look.told()) || etcd.txn("write " + tree.outstanding())
                .ifUnchanged(tree.outstanding(), look.all().modified(tree.outstanding()))
                .put(tree.outstanding(), count).commit();
    }
}
