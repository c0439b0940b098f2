package filehash.init;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.pod.HexRange;
import filehash.pod.JobId;
import filehash.pod.Progress;
import filehash.pod.Stopped;
import filehash.program.Json;
import java.io.IOException;
import java.util.Optional;

/**
 * The claim to a job, and what may be written by right of it. Each transaction here compares
 *
 * <ul><li>the job's run and attempt: another attempt has not taken over, the job is not done, and nobody deleted it,
 * <li>the request's run: it was not cancelled,
 * <li>that the job was not given back: so none of our own earlier transactions whose answer was lost comes through
 * afterwards, and binds the job to a pod that has left it.</ul>
 *
 * The host key is not compared. It tells others that somebody works; while the attempt stands, it is ours to write
 * again when the lease was lost. Owned by the main thread.
 */
final class Claim {
    private final Etcd etcd;
    private final Tree tree;
    private final String host;
    private final String request;
    private final JobId id;
    private final Request.Terms terms;
    private final Source source;
    private final RequestKeys requestKeys;
    private final JobKeys keys;
    private final JobKeys done;
    private boolean stored;

    /** @param source null where the run has none of its own */
    Claim(Etcd etcd, Tree tree, String host, String request, JobId id, Request.Terms terms, Source source) {
        this.etcd = etcd;
        this.tree = tree;
        this.host = host;
        this.request = request;
        this.id = id;
        this.terms = terms;
        this.source = source;
        this.requestKeys = tree.request(request);
        this.keys = tree.wip(request, id.job());
        this.done = tree.done(request).job(id.job());
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

    /** Null in a run that began before sources were fixed. */
    Source source() {
        return source;
    }

    String host() {
        return host;
    }

    JobKeys keys() {
        return keys;
    }

    HexRange range() {
        return HexRange.of(id.job(), terms.jobs());
    }

    /** All that etcd says of the job, and of its request what transactions on the job compare. */
    Snapshot read() throws IOException, InterruptedException {
        return etcd.read(ranges());
    }

    /** What {@link #read} reads. */
    Range[] ranges() {
        return new Range[] {Range.folder(keys.folder()), Range.key(requestKeys.run()), Range.key(requestKeys.left()),
                Range.key(done.host())};
    }

    /** Whether what {@link #fenced} compares held when this was read. */
    boolean stands(Snapshot now) {
        return Long.toString(id.attempt()).equals(now.value(keys.attempt()))
                && id.run().equals(now.value(keys.run())) && id.run().equals(now.value(requestKeys.run()))
                && !now.has(keys.released());
    }

    /** Whether the host key is bound to this lease. */
    boolean boundTo(long lease, Snapshot now) {
        return stands(now) && now.lease(keys.host()) == lease;
    }

    /** Begins a transaction that comes through only while the claim stands. */
    Txn fenced(String what) {
        return etcd.txn(what + " " + this).ifValue(keys.attempt(), id.attempt()).ifValue(keys.run(), id.run())
                .ifValue(requestKeys.run(), id.run()).ifAbsent(keys.released());
    }

    /**
     * Binds the job to our lease again if it was lost, and tells how far it is, if that is news. A stored row ends the
     * count of failures. What is written is what differs from what was read, so a lost answer needs no care.
     *
     * @return whether the claim still stood
     */
    boolean tend(Lease lease, Optional<Progress> progress) throws IOException, InterruptedException {
        Snapshot now = read();
        if (!stands(now)) {
            return false;
        }
        Txn txn = fenced("tend");
        long mine = lease.id();
        if (now.lease(keys.host()) != mine) {
            txn.bind(keys.host(), host, mine);
        }
        if (tell(progress, now, txn)) {
            stored = true;
            txn.delete(keys.failures());
        }
        return txn.writesNothing() || txn.commit() || stands(read());
    }

    /** @return whether something was stored that was not told before */
    private boolean tell(Optional<Progress> progress, Snapshot now, Txn txn) {
        if (progress.isEmpty()) {
            return false;
        }
        Progress far = progress.get();
        String json = Json.write(new JobProgress(far.tally(), far.started(), far.updated()));
        if (!json.equals(now.value(keys.progress()))) {
            txn.put(keys.progress(), json);
        }
        boolean more = far.tally().objects() > JobProgress.objects(now.value(keys.progress()));
        if (more) {
            txn.put(keys.lastFilename(), far.last());
        }
        return more;
    }

    /** Whether this attempt stored anything that was told. */
    boolean hasStored() {
        return stored;
    }

    /**
     * Tries once to give the job back, for any pod to take over at once, and tells how far it is: else the next attempt
     * would seem to have stored what this one did. A reason that is the job's own counts towards parking it, unless
     * rows were stored. Compares failures too, so that nothing is counted twice.
     *
     * @return whether that is settled: done now or before, or the claim stands no more
     */
    boolean release(Stopped why, Optional<Progress> progress, int maxAttempts)
            throws IOException, InterruptedException {
        Snapshot now = read();
        if (!stands(now)) {
            return true;
        }
        Txn txn = fenced("give back").ifUnchanged(keys.failures(), now)
                .delete(keys.host()).put(keys.released(), host);
        if (why.held() > id.attempt()) {
            txn.put(keys.attempt(), why.held());
        }
        boolean more = tell(progress, now, txn);
        Failures before = Failures.read(now.value(keys.failures()));
        if (why.fault() == Stopped.Fault.CONF || why.fault() == Stopped.Fault.ROOT) {
            txn.put(keys.failures(), Json.write(before.because(why.why())));
        } else if (why.fault() == Stopped.Fault.JOB && (more || stored(keys, now))) {
            txn.delete(keys.failures());
        } else if (why.fault() == Stopped.Fault.JOB) {
            before.andGaveUp(why.why()).enter(txn, tree, request, id.job(), maxAttempts, now);
        }
        return txn.commit();
    }

    /** Whether the attempt that etcd holds has stored anything: the last name is written only then. */
    static boolean stored(JobKeys keys, Snapshot now) {
        return now.modified(keys.lastFilename()) > now.modified(keys.attempt());
    }

    @Override
    public String toString() {
        return "request " + request + ", " + id;
    }
}
