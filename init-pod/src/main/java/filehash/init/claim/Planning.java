package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.Failures;
import filehash.init.tree.JobRanges;
import filehash.init.tree.LastingError;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Source;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import filehash.job.PlannedRange;
import filehash.log.Logged;
import filehash.pod.PlanFin;
import filehash.pod.Stopped;
import filehash.program.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The right of this pod to plan a request, and the transactions that it permits. Each compares plan/id, which every
 * planning writes again: so the ranges of two plannings are never mixed, however late a transaction is applied. As with
 * a claim, the host key only shows other pods that this one works. Main thread only.
 */
public final class Planning implements Task, Logged {
    private final Etcd etcd;
    private final Tree tree;
    private final String host;
    private final Request request;
    private final JobId id;
    private final Source source;
    private final int maxAttempts;
    private final RequestKeys keys;

    /** @param id has the uuid of the planning as its run */
    Planning(Etcd etcd, Tree tree, String host, Request request, JobId id, Source source, int maxAttempts) {
        this.etcd = etcd;
        this.tree = tree;
        this.host = host;
        this.request = request;
        this.id = id;
        this.source = source;
        this.maxAttempts = maxAttempts;
        this.keys = tree.request(request.id());
    }

    /** The request, as it was read before it was planned. */
    public Request request() {
        return request;
    }

    public JobId id() {
        return id;
    }

    /** What is listed, and what the run will be about. */
    public Source source() {
        return source;
    }

    Snapshot read() throws IOException, InterruptedException {
        return etcd.read(Range.folder(keys.folder()));
    }

    /** Whether the planning is ours, and its user has neither changed nor held the request meanwhile. */
    boolean stands(Snapshot now) {
        Request other = Request.of(tree, request.id(), now);
        Request.Revisions revisions = other.revisions();
        return isOurs(now) && !other.control().held() && revisions.asked().equals(request.revisions().asked())
                && revisions.run() == 0;
    }

    private boolean isOurs(Snapshot now) {
        return id.run().equals(now.value(keys.planId()));
    }

    /** Whether the host key is bound to this lease. */
    boolean boundTo(long lease, Snapshot now) {
        return isOurs(now) && now.lease(keys.planHost()) == lease;
    }

    /** Makes a transaction compare that the planning is ours. */
    public Txn fence(Txn txn) {
        return txn.ifValue(keys.planId(), id.run());
    }

    private Txn fenced(String what) {
        return fence(etcd.txn(what + " " + this));
    }

    /**
     * Binds the planning to our lease again if the old one was lost.
     *
     * @return whether it still stood
     */
    public boolean tend(Lease lease) throws IOException, InterruptedException {
        Snapshot now = read();
        if (!stands(now)) {
            return false;
        }
        long mine = lease.obtain();
        return now.lease(keys.planHost()) == mine
                || fenced("tend plan of").bind(keys.planHost(), host, mine).commit() || stands(read());
    }

    /** @throws IllegalArgumentException if it is not what was asked for */
    public void check(PlanFin fin) {
        int jobs = request.terms().jobs();
        if (jobs != 0 && fin.plan().jobs() != jobs) {
            throw new IllegalArgumentException("plan.json has " + fin.plan().jobs() + " jobs, not " + jobs);
        }
    }

    /** Enters the ranges of one key. If that fails, the planning is no longer ours, and no run begins with them. */
    public void enter(int key, List<PlannedRange> all) throws IOException, InterruptedException {
        Txn txn = fenced("enter ranges " + key + " of");
        JobRanges.write(txn, tree, request.id(), key, all);
        txn.commit();
    }

    /**
     * Enters the plan of a request whose user wants nothing but the plan. It may be repeated.
     *
     * @return whether it is entered; otherwise the planning is not ours, or its user has changed the request
     */
    public boolean enterEstimate(PlanFin fin) throws IOException, InterruptedException {
        String plan = Json.write(fin.plan());
        Txn txn = request.unchanged(fenced("enter estimate of"), tree).deleteFolder(keys.plan() + "/")
                .put(keys.plan(), plan);
        if (txn.commit()) {
            return true;
        }
        Snapshot now = read();
        return !now.has(keys.planId()) && plan.equals(now.value(keys.plan()));
    }

    /**
     * Tries once to give it back, so that any pod can plan the request. The transaction compares the failures, so that
     * one is not counted twice. Of a request that its user has changed meanwhile a failure would be out of date.
     *
     * @return whether that is settled: it is given back, or it is not ours
     */
    public boolean drop(Stopped why) throws IOException, InterruptedException {
        Snapshot now = read();
        if (!isOurs(now)) {
            return true;
        }
        Txn txn = fenced("drop plan of").ifUnchanged(keys.planFailures(), now).delete(keys.planId())
                .delete(keys.planHost()).deleteFolder(tree.ranges(request.id()));
        Failures before = Failures.read(now.value(keys.planFailures()));
        if (why.fault() != Stopped.Fault.NONE && stands(now)) {
            boolean changed = request.revisions().asked().isAfter(now.modified(keys.planFailures()));
            enterFailures(request.unchanged(txn, tree), tree, request, why.fault() == Stopped.Fault.JOB
                    ? before.andGaveUp(why.why())
                    : before.andRefused(why.why(), Instant.now().truncatedTo(ChronoUnit.SECONDS), changed),
                    maxAttempts);
        }
        return txn.commit();
    }

    /** Enters failures; too many become the error of a request that can begin only with a plan. */
    static void enterFailures(Txn txn, Tree tree, Request request, Failures failures, int maxAttempts) {
        RequestKeys keys = tree.request(request.id());
        if (request.terms().needsPlan() && failures.tooMany(maxAttempts)) {
            txn.delete(keys.planFailures()).put(keys.error(), LastingError.unplanned(failures));
        } else {
            txn.put(keys.planFailures(), Json.write(failures));
        }
    }

    @Override
    public Map<String, Object> fields() {
        return Text.named(request.id()).fields();
    }

    @Override
    public String toString() {
        return "request " + Text.shown(request.id()) + ", planning " + id.run();
    }
}
