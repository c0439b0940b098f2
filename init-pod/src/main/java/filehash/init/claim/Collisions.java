package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.JobKeys;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import java.io.IOException;

/** Reports a new job that no pod has claimed and that yet cannot be claimed, because a user wrote its keys. */
record Collisions(Etcd etcd, Tree tree, Outstanding outstanding) {

    /** @param request must have begun */
    void report(Request request) throws IOException, InterruptedException {
        int job = request.run().next();
        RequestKeys keys = tree.request(request.id());
        JobKeys wip = tree.wip(request.id(), job);
        JobKeys done = tree.done(request.id()).job(job);
        Snapshot now = etcd.read(Range.key(keys.error()), Range.key(wip.run()), Range.key(done.host()));
        if (now.has(wip.run()) || now.has(done.host())) {
            etcd.txn("report request " + request.id()).ifValue(keys.next(), job).ifUnchanged(keys.error(), now)
                    .ifUnchanged(wip.run(), now).ifUnchanged(done.host(), now)
                    .put(keys.error(), Text.error("keys of job " + job + " exist already: delete this key after"
                            + " deleting " + wip.folder() + " or " + done.folder()))
                    .commit();
            outstanding.countAgain(); // the jobs of a run with an error do not count
        }
    }
}
