package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.Failures;
import filehash.init.tree.JobKeys;
import filehash.init.tree.JobProgress;
import filehash.init.tree.JobRange;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Source;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import filehash.log.Logged;
import filehash.pod.Progress;
import filehash.pod.Stopped;
import filehash.program.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The claim to a job, and the transactions that it permits. Each of them is fenced, that is, it compares
 *
 * <ul><li>the job's run and attempt: no other attempt took over, the job is not done, and its keys were not deleted,
 * <li>the request's run: it was not cancelled,
 * <li>that the job was not given back: otherwise an earlier transaction of this pod, whose answer was lost, could be
 * applied late and bind the job to a pod that has left it.</ul>
 *
 * The host key is not compared. It shows other pods that this one works; while the attempt stands, this pod may write
 * the key again after it lost its lease. Main thread only.
 */
public final class Claim implements Task, Logged {
    private final Etcd etcd;
    private final Tree tree;
    private final String host;
    private final String request;
    private final JobId id;
    private final Request.Terms terms;
    private final JobRange range;
    private final Source source;
    private final RequestKeys requestKeys;
    private final JobKeys keys;
    private final JobKeys done;
    private boolean stored;

    /** A claim to a job with a hex range. */
    public Claim(Etcd etcd, Tree tree, String host, String request, JobId id, Request.Terms terms, Source source) {
        this(etcd, tree, host, request, id, terms, JobRange.hex(id.job(), terms.jobs()), source);
    }

    /** @param source null if the run began before runs recorded their source */
    Claim(Etcd etcd, Tree tree, String host, String request, JobId id, Request.Terms terms, JobRange range,
            Source source) {
        this.etcd = etcd;
        this.tree = tree;
        this.host = host;
        this.request = request;
        this.id = id;
        this.terms = terms;
        this.range = range;
        this.source = source;
        this.requestKeys = tree.request(request);
        this.keys = tree.wip(request, id.job());
        this.done = tree.done(request).job(id.job());
    }

    public String request() {
        return request;
    }

    public JobId id() {
        return id;
    }

    public Request.Terms terms() {
        return terms;
    }

    public Source source() {
        return source;
    }

    String host() {
        return host;
    }

    JobKeys keys() {
        return keys;
    }

    public JobRange range() {
        return range;
    }

    /** Reads the job, and those keys of its request that transactions on the job compare. */
    Snapshot read() throws IOException, InterruptedException {
        return etcd.read(ranges());
    }

    Range[] ranges() {
        return new Range[] {Range.folder(keys.folder()), Range.key(requestKeys.run()), Range.key(requestKeys.left()),
                Range.key(done.host())};
    }

    /** Whether the comparisons of {@link #fenced} held at this snapshot. */
    boolean stands(Snapshot now) {
        return Long.toString(id.attempt()).equals(now.value(keys.attempt()))
                && id.run().equals(now.value(keys.run())) && id.run().equals(now.value(requestKeys.run()))
                && !now.has(keys.released());
    }

    /** Whether the host key is bound to this lease. */
    boolean boundTo(long lease, Snapshot now) {
        return stands(now) && now.lease(keys.host()) == lease;
    }

    /** Makes a transaction compare that the run is the same. */
    public Txn ofRun(Txn txn) {
        return txn.ifValue(requestKeys.run(), id.run());
    }

    /** Begins a transaction that is applied only while the claim stands. */
    Txn fenced(String what) {
        return ofRun(etcd.txn(what + " " + this)).ifValue(keys.attempt(), id.attempt()).ifValue(keys.run(), id.run())
                .ifAbsent(keys.released());
    }

    /**
     * Binds the job to our lease again if the old one was lost, and publishes progress if there is any. A stored row
     * ends the count of failures. Only what differs from the snapshot is written, so a lost answer needs no handling.
     *
     * @return whether the claim still stood
     */
    public boolean tend(Lease lease, Optional<Progress> progress) throws IOException, InterruptedException {
        Snapshot now = read();
        if (!stands(now)) {
            return false;
        }
        Txn txn = fenced("tend");
        long mine = lease.id();
        if (now.lease(keys.host()) != mine) {
            txn.bind(keys.host(), host, mine);
        }
        if (JobProgress.publish(progress, range.planned(), keys, now, txn)) {
            stored = true;
            txn.delete(keys.failures());
        }
        return txn.writesNothing() || txn.commit() || stands(read());
    }

    /** Whether this attempt has published that it stored anything. */
    public boolean hasStored() {
        return stored;
    }

    /**
     * Tries once to give the job back, so that any pod can take it over at once. Publishes progress too: otherwise rows
     * of this attempt would count as the next one's. A fault of the job counts towards parking it, unless rows were
     * stored. The transaction compares failures, so that a failure is not counted twice.
     *
     * @return whether that is settled: the job is given back, now or before, or the claim no longer stands
     */
    public boolean release(Stopped why, Optional<Progress> progress, int maxAttempts)
            throws IOException, InterruptedException {
        Snapshot now = read();
        if (!stands(now)) {
            return true;
        }
        Txn txn = fenced("give back").ifUnchanged(keys.failures(), now).delete(keys.host()).put(keys.released(), host);
        if (why.held() > id.attempt()) {
            txn.put(keys.attempt(), why.held());
        }
        boolean more = JobProgress.publish(progress, range.planned(), keys, now, txn);
        Failures before = Failures.read(now.value(keys.failures()));
        if (why.fault() == Stopped.Fault.CONF || why.fault() == Stopped.Fault.ROOT) {
            txn.put(keys.failures(), Json.write(before.because(why.why())));
        } else if (why.fault() == Stopped.Fault.JOB && (more || JobProgress.isOfThisAttempt(keys, now))) {
            txn.delete(keys.failures());
        } else if (why.fault() == Stopped.Fault.JOB) {
            before.andGaveUp(why.why()).enter(txn, tree, request, id.job(), maxAttempts, now);
        }
        return txn.commit();
    }

    @Override
    public Map<String, Object> fields() {
        return id.in(request).fields();
    }

    @Override
    public String toString() {
        return id.in(request).toString();
    }
}
