package filehash.init;

import filehash.pod.HexRange;
import filehash.pod.JobId;
import java.io.IOException;

/**
 * The claim to a job, and what may be written by right of it. Every such transaction compares the job's attempt and
 * run and the request's run: nothing of it comes through once another attempt has taken over, the job is done, or the
 * request was cancelled. Owned by the main thread.
 */
final class Claim {
    private final Etcd etcd;
    private final Tree tree;
    private final String host;
    private final String request;
    private final JobId id;
    private final Request.Terms terms;

    Claim(Etcd etcd, Tree tree, String host, String request, JobId id, Request.Terms terms) {
        this.etcd = etcd;
        this.tree = tree;
        this.host = host;
        this.request = request;
        this.id = id;
        this.terms = terms;
    }

    String request() {
        return request;
    }

    JobId id() {
        return id;
    }

    Request.Terms terms() {
        return terms;
    }

    String host() {
        return host;
    }

    HexRange range() {
        return HexRange.of(id.job(), terms.jobs());
    }

    /** What etcd says of the job: the folder of the claim, and of the request what {@link Finish} compares. */
    Snapshot read() throws IOException, InterruptedException {
        return etcd.read(Etcd.Range.folder(folder()), Etcd.Range.key(tree.run(request)),
                Etcd.Range.key(tree.request(request) + "left"));
    }

    /** Whether the attempt still stands, as of a {@link #read}; the host key does not matter for it. */
    boolean stands(Snapshot now) {
        return Long.toString(id.attempt()).equals(now.value(folder() + "attempt"))
                && id.run().equals(now.value(folder() + "run")) && id.run().equals(now.value(tree.run(request)));
    }

    /** Begins a transaction that comes through only while the attempt stands. */
    Txn fenced(String what) {
        return etcd.txn(what).ifValue(folder() + "attempt", id.attempt()).ifValue(folder() + "run", id.run())
                .ifValue(tree.run(request), id.run());
    }

    /** Gives the job back, for any pod to take over at once. */
    boolean release() throws IOException, InterruptedException {
        return fenced("give back " + this).delete(folder() + "host").commit();
    }

    String folder() {
        return tree.wip(request, id.job());
    }

    @Override
    public String toString() {
        return "request " + request + ", " + id;
    }
}
