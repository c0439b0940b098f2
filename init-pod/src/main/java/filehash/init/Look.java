package filehash.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One look at the tree, as of one revision and by one call: the requests with their values, the jobs in progress by
 * the names of their keys, the settings, and the count of outstanding jobs. Immutable.
 */
final class Look {
    private final Tree tree;
    private final Snapshot all;
    private final List<Request> requests = new ArrayList<>();

    private Look(Tree tree, Snapshot all) {
        this.tree = tree;
        this.all = all;
        String last = null;
        for (String key : all.below(tree.requests()).keySet()) {
            Optional<Tree.Below> below = Tree.below(tree.requests(), key);
            if (below.isPresent() && !below.get().name().equals(last)) {
                last = below.get().name();
                requests.add(Request.of(tree.request(last), last, all));
            }
        }
        requests.sort(Comparator.comparingLong(Request::age));
    }

    static Look at(Etcd etcd, Tree tree) throws IOException, InterruptedException {
        return new Look(tree, etcd.read(Etcd.Range.folder(tree.requests()), Etcd.Range.names(tree.wips()),
                Etcd.Range.folder(tree.conf()), Etcd.Range.key(tree.outstanding())));
    }

    Snapshot all() {
        return all;
    }

    /** Older ones first. */
    List<Request> requests() {
        return requests;
    }

    /** Jobs unclaimed and in progress, over all requests; parked ones and bad requests do not count. */
    int outstanding() {
        return requests.stream().mapToInt(Request::left).sum();
    }

    /** What /stats/outstanding says, or null. */
    String told() {
        return all.value(tree.outstanding());
    }
}
