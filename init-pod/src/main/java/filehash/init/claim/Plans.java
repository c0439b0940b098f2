package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Failures;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Source;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a request is planned before it begins, and makes the planning this pod's, by one transaction. That
 * compares what the user wrote, that there is no run, and plan/id and plan/host as they were read; the host was bound
 * to no lease. It writes another plan/id, which fences off a planner before. Main thread only.
 */
public final class Plans {
    private static final Logger LOG = LoggerFactory.getLogger(Plans.class);
    private static final int MOST_REMEMBERED = 1000;

    private final Etcd etcd;
    private final Tree tree;
    private final Lease lease;
    private final String host;
    private final int maxAttempts;
    private final BooleanSupplier fetcherPlans;
    private final ExactTotals totals;
    /** The requests of which the log says that this pod cannot plan them. */
    private final Set<String> left = new HashSet<>();

    /**
     * @param directory where this pod's s3-fetch-tool2 leaves what it counts
     * @param fetcherPlans whether it can plan
     */
    public Plans(Etcd etcd, Tree tree, Lease lease, String host, int maxAttempts, SharedDirectory directory,
            BooleanSupplier fetcherPlans) {
        this.etcd = etcd;
        this.tree = tree;
        this.lease = lease;
        this.host = host;
        this.maxAttempts = maxAttempts;
        this.fetcherPlans = fetcherPlans;
        this.totals = new ExactTotals(etcd, tree, directory);
    }

    /** The totals of the runs that this pod begins. */
    public ExactTotals totals() {
        return totals;
    }

    /** Whether this pod can begin the request, or has begun it already. */
    public boolean mayTry(Request request) {
        boolean may = request.begun() || request.terms() == null || !request.terms().needsPlan()
                || fetcherPlans.getAsBoolean();
        if (!may && left.size() < MOST_REMEMBERED && left.add(request.id())) {
            LOG.warn("{} is left to other pods: it needs a plan, and this pod's s3-fetch-tool2 cannot plan",
                    Text.named(request.id()));
        }
        return may;
    }

    /**
     * Whether a plan comes before the run. Where planning has failed too often, a request that can do without gets the
     * published ranges.
     */
    public boolean isNext(Request request) {
        Request.Terms terms = request.terms();
        boolean inVain = request.planner() != null && request.planner().failures().tooMany(maxAttempts);
        return !request.begun() && terms.wantsPlan() && (terms.needsPlan() || !inVain) && fetcherPlans.getAsBoolean();
    }

    /** Empty if another pod was faster, or if too many planners were lost. */
    public Optional<Planning> take(Request request, Conf.S3 conf) throws IOException, InterruptedException {
        RequestKeys keys = tree.request(request.id());
        JobId id = new JobId(UUID.randomUUID().toString(), 0, 1);
        Planning planning = new Planning(etcd, tree, host, request, id, Source.of(request.terms().bucket(), conf),
                maxAttempts);
        long mine = lease.obtain();
        Request.Revisions read = request.revisions();
        Txn txn = request.unchanged(etcd.txn("plan " + planning), tree).ifModified(keys.planId(), read.planId())
                .ifModified(keys.planHost(), read.planHost()).ifModified(keys.planFailures(), read.planFailures())
                .ifAbsent(keys.paused()).ifAbsent(keys.cancel()).deleteFolder(tree.ranges(request.id()));
        if (request.planner() != null && request.planner().id() != null) { // it did not give it back
            Failures lost = request.planner().failures().andLost();
            Planning.enterFailures(txn, tree, request, lost, maxAttempts);
            if (request.terms().needsPlan() && lost.tooMany(maxAttempts)) {
                txn.delete(keys.planId()).commit();
                return Optional.empty();
            }
        }
        txn.put(keys.planId(), id.run()).bind(keys.planHost(), host, mine);
        try {
            return txn.commit() ? Optional.of(planning) : Optional.empty();
        } catch (IOException e) {
            return Optional.of(ours(planning, mine, e));
        }
    }

    /**
     * If the answer is lost, the planning is ours if its host key is bound to our lease. If the key is not there, the
     * transaction may still be applied later; so this lease is no longer renewed, and another pod soon plans.
     */
    private Planning ours(Planning planning, long mine, IOException lost) throws IOException, InterruptedException {
        lease.orphan();
        if (!planning.boundTo(mine, planning.read())) {
            throw lost;
        }
        lease.resume(mine);
        return planning;
    }

    /**
     * The planning that conf.json describes, if it still stands for what the request asks for now. If it is ours and
     * does not, it is given back.
     *
     * @param places of /conf, or null if that is incomplete
     */
    public Optional<Planning> adopt(Conf conf, ConfSource.Places places) throws IOException, InterruptedException {
        Snapshot now = etcd.read(Range.folder(tree.request(conf.request()).folder()));
        Request request = Request.of(tree, conf.request(), now);
        Source source = new Source(conf.s3().bucket(), conf.s3().endpoint(), conf.s3().region());
        Planning planning = new Planning(etcd, tree, host, request, conf.id(), source, maxAttempts);
        Request.Terms terms = request.terms();
        boolean same = terms != null && terms.root().equals(conf.root()) && terms.methods().equals(conf.methods())
                && terms.jobs() == conf.plan().jobs() && terms.split() == conf.plan().split()
                && source.bucket().equals(bucket(terms, places));
        if (same && planning.stands(now)) {
            return Optional.of(planning);
        }
        planning.drop(Stopped.blameless(conf.id(), "its user changed it"));
        return Optional.empty();
    }

    /** What a run would read from now; null if that is not known. */
    private static String bucket(Request.Terms terms, ConfSource.Places places) {
        return terms.bucket() != null || places == null ? terms.bucket() : places.s3().bucket();
    }
}
