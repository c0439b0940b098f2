package filehash.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What any pod does that looks, between jobs or at work: tells a user of a bad request, once, at its error key, and
 * takes that back when it is mended; clears away the jobs of runs that are no more. Each transaction compares what the
 * look was judged by, so of all pods that see the same, one does it.
 */
final class Upkeep {
    /** So many transactions take a moment even where etcd is far: this is done between the steps of a job too. */
    private static final int MOST = 50;

    private final Etcd etcd;
    private final Tree tree;

    Upkeep(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** @return whether there is more to do than what is done at one look */
    boolean of(Look look) throws IOException, InterruptedException {
        List<Txn> all = new ArrayList<>();
        Map<String, Long> gone = new HashMap<>();
        look.ids().forEach(id -> gone.put(id, 0L));
        for (Request request : look.requests()) {
            if (request.begun()) {
                gone.remove(request.id());
                look.dead(request).forEach(dead -> all.add(etcd.txn("clear " + dead.folder())
                        .ifModified(tree.run(request.id()), request.revisions().run())
                        .ifCreated(dead.folder() + "run", dead.since()).deleteFolder(dead.folder())));
            } else {
                gone.computeIfPresent(request.id(), (id, none) -> request.revisions().run());
                judge(request).ifPresent(all::add);
            }
        }
        gone.forEach((id, run) -> all.add(etcd.txn("clear " + tree.wip(id)).ifModified(tree.run(id), run)
                .deleteFolder(tree.wip(id))));
        Collections.shuffle(all, ThreadLocalRandom.current()); // other pods see the same
        for (Txn txn : all.subList(0, Math.min(all.size(), MOST))) {
            txn.commit();
        }
        return all.size() > MOST;
    }

    private Optional<Txn> judge(Request request) {
        boolean mended = request.terms() != null && request.error() != null;
        boolean bad = request.problem() != null && !request.problem().equals(request.error());
        if (!mended && !bad) {
            return Optional.empty();
        }
        String error = tree.error(request.id());
        Txn txn = request.unchanged(etcd.txn("judge request " + request.id()), tree)
                .ifModified(error, request.revisions().error());
        return Optional.of(bad ? txn.put(error, request.problem()) : txn.delete(error));
    }
}
