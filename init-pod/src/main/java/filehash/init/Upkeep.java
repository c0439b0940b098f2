package filehash.init;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * What any pod does that looks for work: tells a user of a bad request, once, at its error key, and takes that back
 * when it is mended; clears away the jobs of runs that are no more. Each transaction compares what the look was judged
 * by, so of all pods that see the same, one does it.
 */
final class Upkeep {
    private final Etcd etcd;
    private final Tree tree;

    Upkeep(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    void of(Look look) throws IOException, InterruptedException {
        Set<String> gone = new HashSet<>(look.ids());
        for (Request request : look.requests()) {
            if (request.begun()) {
                gone.remove(request.id());
                for (Look.Wip dead : look.dead(request)) {
                    etcd.txn("clear " + dead.folder()).ifUnchanged(tree.run(request.id()), look.all())
                            .ifUnchanged(dead.folder() + "run", look.all()).deleteFolder(dead.folder()).commit();
                }
            } else {
                judge(request, look.all());
            }
        }
        for (String id : gone) {
            etcd.txn("clear " + tree.wip(id)).ifUnchanged(tree.run(id), look.all()).deleteFolder(tree.wip(id))
                    .commit();
        }
    }

    private void judge(Request request, Snapshot all) throws IOException, InterruptedException {
        boolean mended = request.terms() != null && request.error() != null;
        boolean bad = request.problem() != null && !request.problem().equals(request.error());
        if (mended || bad) {
            Txn txn = etcd.txn("judge request " + request.id()).ifUnchanged(tree.run(request.id()), all)
                    .ifUnchanged(tree.error(request.id()), all);
            for (String name : new String[] {"root", "job", "method"}) {
                txn.ifUnchanged(tree.request(request.id()) + name, all);
            }
            (bad ? txn.put(tree.error(request.id()), request.problem()) : txn.delete(tree.error(request.id())))
                    .commit();
        }
    }
}
