package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a request that is to be cancelled, by one transaction. It compares the key that cancels it, so a request of the
 * same id that is put later is not ended, and left, which falls with each job that is done: so the summary counts all
 * of them. It removes the request, and pods that work on it notice that their run is gone.
 *
 * @param mark by /conf, whether the summary is to be posted; null for no
 */
public record Cancellation(Etcd etcd, Tree tree, Function<Snapshot, String> mark) {
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
            String run = request.run().uuid();
            txn.ifValue(keys.run(), run).ifValue(keys.left(), request.run().left());
            DoneJobs.soFar(etcd, tree, request.id(), request.terms(), run).cancel(txn, tree, request.id(), run,
                    request.run().source(), mark.apply(settings));
        } else if (request.revisions().run() > 0) {
            endSpoilt(request, txn, settings);
        } else if (request.terms() != null && isUnused(request)) {
            request.unchanged(txn, tree).ifAbsent(tree.done(request.id()).run());
            new DoneJobs(request.terms()).cancel(txn, tree, request.id(), UUID.randomUUID().toString(), null,
                    mark.apply(settings));
        } else { // nothing that could be worked on was asked for
            request.unchanged(txn, tree).deleteFolder(keys.folder());
        }
        if (!txn.commit()) {
            return 0;
        }
        LOG.info("{}: cancelled by its user", Text.named(request.id()));
        return txn.revision();
    }

    /** A user has spoilt a key of the run: what it was asked for may be known all the same. */
    private void endSpoilt(Request request, Txn txn, Snapshot settings) throws IOException, InterruptedException {
        RequestKeys keys = tree.request(request.id());
        Snapshot now = etcd.read(Range.folder(keys.folder()));
        txn.ifModified(keys.run(), request.revisions().run()).ifUnchanged(keys.left(), now);
        try {
            Request.Terms terms = RequestReader.begun(tree, request.id(), now);
            String run = String.valueOf(now.value(keys.run()));
            DoneJobs.soFar(etcd, tree, request.id(), terms, run).cancel(txn, tree, request.id(), run,
                    RequestReader.source(keys, now), mark.apply(settings));
        } catch (IllegalArgumentException e) {
            txn.put(tree.done(request.id()).cancelled(), Instant.now()).deleteFolder(keys.folder());
        }
    }

    private boolean isUnused(Request request) throws IOException, InterruptedException {
        return etcd.read(Range.any(tree.done(request.id()).folder(), 0)).keys().isEmpty();
    }
}
