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
 * The claim to a job, and the transactions that it permits; each compares what {@link Fence} says. Main thread only.
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
    private final Fence fence;
    private final JobKeys keys;
    private boolean stored;
    private Snapshot seen;

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
        this.fence = new Fence(tree, request, id);
        this.keys = fence.keys();
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

    public JobRange range() {
        return range;
    }

    String host() {
        return host;
    }

    JobKeys keys() {
        return keys;
    }

    Snapshot read() throws IOException, InterruptedException {
        return etcd.read(ranges());
    }

    Range[] ranges() {
        return fence.ranges();
    }

    /** Whether the comparisons of {@link #fenced} held at this snapshot. */
    boolean stands(Snapshot now) {
        return fence.stands(now);
    }

    /** Whether the host key is bound to this lease. */
    boolean boundTo(long lease, Snapshot now) {
        return stands(now) && now.lease(keys.host()) == lease;
    }

    /** Makes a transaction compare that the run is the same. */
    public Txn ofRun(Txn txn) {
        return fence.ofRun(txn);
    }

    /** Makes a transaction compare that the request is neither paused nor to be cancelled. */
    Txn unheld(Txn txn) {
        return fence.unheld(txn);
    }

    /** Begins a transaction that is applied only while the claim stands. */
    Txn fenced(String what) {
        return fence.on(etcd.txn(what + " " + this));
    }

    /**
     * Binds the job to our lease again if the old one was lost, and publishes progress if there is any. A stored row
     * ends the count of failures. Only what differs from the snapshot is written, so a lost answer needs no handling.
     *
     * @return whether the claim still stood
     */
    public boolean tend(Lease lease, Optional<Progress> progress) throws IOException, InterruptedException {
        Snapshot now = read();
        seen = now;
        if (!stands(now)) {
            return false;
        }
        Txn txn = fenced("tend");
        long mine = lease.obtain();
        if (now.lease(keys.host()) != mine) {
            txn.bind(keys.host(), host, mine);
        }
        if (JobProgress.publish(progress, range.planned(), keys, now, txn)) {
            stored = true;
            txn.delete(keys.failures());
        }
        return txn.writesNothing() || txn.commit() || stands(read());
    }

    /** Why the job stops that was last tended, if its user has paused or cancelled the request. */
    public Optional<Stopped> held() {
        return seen == null || !fence.isHeld(seen) ? Optional.empty()
                : Optional.of(Stopped.blameless(id, "its user has paused or cancelled the request"));
    }

    /** Whether the user has cancelled the request, as of the last time that the job was tended. */
    public boolean isCancelled() {
        return seen != null && fence.isCancelled(seen);
    }

    /** Whether this attempt has published that it stored anything. */
    public boolean hasStored() {
        return stored;
    }

    /**
     * Tries once to give the job back, so that any pod can take it over at once. Publishes progress too: otherwise rows
     * of this attempt would count as the next one's. A fault of the job counts towards parking it, unless rows were
     * stored, and only once, because the transaction compares failures.
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
