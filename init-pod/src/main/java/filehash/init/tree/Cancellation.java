package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a request that is to be cancelled, by one transaction. It compares the key that cancels it, so a request of the
 * same id that is put later is not ended, and left, which falls with each job that is done: so the summary counts all
 * of them. It removes the request, and pods that work on it notice that their run is gone.
 *
 * @param posted whether the summary is to be posted, by /conf
 */
public record Cancellation(Etcd etcd, Tree tree, Predicate<Snapshot> posted) {
    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    /**
     * Tries once.
     *
     * @param settings the keys of /conf
     * @return the revision at which it ended; 0 if it is not as it was read
     */
    public long end(Request request, Snapshot settings) throws IOException, InterruptedException {
        RequestKeys keys = tree.request(request.id());
        Txn txn = etcd.txn("cancel request " + request.id()).ifModified(keys.cancel(), request.control().cancel());
        if (request.begun()) {
            txn.ifValue(keys.run(), request.run().uuid()).ifValue(keys.left(), request.run().left());
            DoneJobs.soFar(etcd, tree, request).cancel(txn, tree, request.id(), request.run().uuid(),
                    request.run().source(), posted.test(settings));
        } else if (request.terms() != null && isUnused(request)) {
            request.unchanged(txn, tree).ifAbsent(tree.done(request.id()).run());
            new DoneJobs(request.terms()).cancel(txn, tree, request.id(), UUID.randomUUID().toString(), null,
                    posted.test(settings));
        } else { // nothing that could be worked on was asked for
            request.unchanged(txn, tree).deleteFolder(keys.folder());
        }
        if (!txn.commit()) {
            return 0;
        }
        LOG.info("{}: cancelled by its user", Text.named(request.id()));
        return txn.revision();
    }

    private boolean isUnused(Request request) throws IOException, InterruptedException {
        return etcd.read(Range.any(tree.done(request.id()).folder(), 0)).keys().isEmpty();
    }
}
