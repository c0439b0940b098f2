package filehash.init.claim;

import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.DoneKeys;
import filehash.init.tree.JobKeys;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import java.util.stream.Stream;

/**
 * What transactions on a claimed job compare:
 *
 * <ul><li>the job's run and attempt: no other attempt took over, the job is not done, and its keys were not deleted,
 * <li>the request's run: it was not cancelled,
 * <li>that the job was not given back: otherwise an earlier transaction of this pod, whose answer was lost, could be
 * applied late and bind the job to a pod that has left it.</ul>
 *
 * The host key is not compared. It shows other pods that this one works; while the attempt stands, this pod may write
 * the key again after it lost its lease. A claim also compares that the request is not held; what follows it does not,
 * so that a job which is done in the meantime is entered. Immutable.
 */
record Fence(Tree tree, String request, JobId id) {
    JobKeys keys() {
        return tree.wip(request, id.job());
    }

    JobKeys done() {
        return ofDone().job(id.job());
    }

    private RequestKeys ofRequest() {
        return tree.request(request);
    }

    private DoneKeys ofDone() {
        return tree.done(request);
    }

    /** The job, and those keys of its request that transactions on the job compare. */
    Range[] ranges() {
        RequestKeys request = ofRequest();
        return Stream.concat(Stream.of(Range.folder(keys().folder())), Stream.of(request.run(), request.left(),
                request.paused(), request.cancel(), done().host(), ofDone().run(), ofDone().cancelled())
                .map(Range::key)).toArray(Range[]::new);
    }

    /** Whether all comparisons held at this snapshot. */
    boolean stands(Snapshot now) {
        return Long.toString(id.attempt()).equals(now.value(keys().attempt()))
                && id.run().equals(now.value(keys().run())) && id.run().equals(now.value(ofRequest().run()))
                && !now.has(keys().released());
    }

    Txn on(Txn txn) {
        return ofRun(txn).ifValue(keys().attempt(), id.attempt()).ifValue(keys().run(), id.run())
                .ifAbsent(keys().released());
    }

    Txn ofRun(Txn txn) {
        return txn.ifValue(ofRequest().run(), id.run());
    }

    /** Whether its user had paused or cancelled the request at this snapshot. */
    boolean isHeld(Snapshot now) {
        return now.has(ofRequest().paused()) || now.has(ofRequest().cancel());
    }

    /** Whether its user has cancelled the run, or is about to. */
    boolean isCancelled(Snapshot now) {
        return now.has(ofRequest().cancel()) || now.has(ofDone().cancelled())
                && id.run().equals(now.value(ofDone().run()));
    }

    Txn unheld(Txn txn) {
        return txn.ifAbsent(ofRequest().paused()).ifAbsent(ofRequest().cancel());
    }
}
