package filehash.init.command;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.DoneKeys;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Tree;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The transaction that puts a request. A second try after a lost answer recognises what the first one has written: a
 * request that asks for the same in every respect. Used once, by one thread.
 */
final class Put {
    private final Etcd etcd;
    private final Tree tree;
    private final Request request;
    private final Map<String, String> values;
    private boolean sent;

    /** What --json prints. */
    record Done(String id) {
    }

    /**
     * @param request what the values mean
     * @param values by key
     */
    Put(Etcd etcd, Tree tree, Request request, Map<String, String> values) {
        this.etcd = etcd;
        this.tree = tree;
        this.request = request;
        this.values = values;
    }

    /** @return whether the request is there; false if its id is or was in use */
    boolean step() throws IOException, InterruptedException {
        String id = request.id();
        RequestKeys keys = tree.request(id);
        DoneKeys done = tree.done(id);
        Snapshot now = etcd.read(List.of(Range.folder(keys.folder()), Range.any(tree.wips(id), 0),
                Range.any(done.folder(), 0), Range.key(done.root()), Range.key(done.method()), Range.key(done.jobs()),
                Range.key(done.bucket())));
        if (!now.keys().isEmpty()) {
            return sent && (now.below(keys.folder()).isEmpty() ? ended(now) : isOpen(now));
        }
        Txn txn = etcd.txn("put request " + id).ifAbsent(keys.run()).ifAbsent(keys.error()).ifAbsent(done.run())
                .ifAbsent(done.summary());
        values.forEach((key, value) -> txn.ifAbsent(key).put(key, value));
        sent = true;
        return txn.commit();
    }

    /** A pod that has begun it counts its jobs down. */
    private boolean isOpen(Snapshot now) {
        RequestKeys keys = tree.request(request.id());
        return values.entrySet().stream().allMatch(value -> value.getValue().equals(now.value(value.getKey()))
                || value.getKey().equals(keys.job()) && now.has(keys.run()) && asMany(now.value(keys.runJobs())))
                && values.containsKey(keys.split()) == now.has(keys.split());
    }

    private boolean ended(Snapshot now) {
        DoneKeys done = tree.done(request.id());
        Request.Terms terms = request.terms();
        return terms.root().equals(now.value(done.root())) && terms.methodNames().equals(now.value(done.method()))
                && asMany(now.value(done.jobs()))
                && (!now.has(done.bucket()) || terms.bucket().equals(now.value(done.bucket())));
    }

    private boolean asMany(String jobs) {
        return request.terms().jobs() == 0 || Integer.toString(request.terms().jobs()).equals(jobs);
    }
}
