package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Gather;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.job.Plan;
import filehash.job.Tally;
import filehash.program.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up what the jobs of a request counted: those below /done, and perhaps the one that is about to be entered. It
 * reads them page by page, because there may be 65,536 of them. Not thread-safe.
 */
public final class DoneJobs {
    private static final Logger LOG = LoggerFactory.getLogger(DoneJobs.class);

    /** A mark: the summary is to be posted. */
    public static final String NEW = "new";
    /** A mark by a program that does not know the settings of pods: it is to be posted if they name a URL. */
    public static final String UNDECIDED = "new, if there is a webhook_url";

    private final Request.Terms terms;
    private final BitSet jobs = new BitSet();
    private Tally tally = Tally.NONE;
    private Instant started;
    private Instant finished;
    private String plan;

    /** Of a request that has not begun. */
    DoneJobs(Request.Terms terms) {
        this.terms = terms;
    }

    public static DoneJobs read(Etcd etcd, Tree tree, String request, Request.Terms terms)
            throws IOException, InterruptedException {
        DoneJobs sum = new DoneJobs(terms);
        sum.read(etcd, tree, request);
        return sum;
    }

    private void read(Etcd etcd, Tree tree, String request) throws IOException, InterruptedException {
        String folder = tree.done(request).folder();
        String ofRun = tree.request(request).plan();
        plan = Scan.read(etcd,
                List.of(new Scan(Range.folder(folder),
                        key -> Tree.below(folder, key.name()).ifPresent(job -> add(job, key)))),
                Range.key(ofRun)).value(ofRun);
    }

    /** Of a run that ends before all are done, with what the others have reported. */
    static DoneJobs soFar(Etcd etcd, Tree tree, String request, Request.Terms terms, String run)
            throws IOException, InterruptedException {
        DoneJobs sum = new DoneJobs(terms);
        String folder = tree.wips(request);
        Gather open = new Gather(key -> Tree.below(folder, key.name()).map(job -> folder + job.name() + "/")
                .orElse(null), (name, keys) -> sum.add(new JobKeys(name), run, Snapshot.of(0, keys)));
        Scan.read(etcd, List.of(new Scan(tree.jobs(request), open)));
        open.end();
        sum.read(etcd, tree, request);
        return sum;
    }

    /** Includes this job, which is about to be entered. */
    public static DoneJobs with(int job, JobProgress progress, Etcd etcd, Tree tree, String request,
            Request.Terms terms) throws IOException, InterruptedException {
        DoneJobs sum = new DoneJobs(terms);
        sum.jobs.set(job);
        sum.add(progress);
        if (terms.jobs() > 1 || terms.planned()) {
            sum.read(etcd, tree, request);
        }
        return sum;
    }

    /** Ignores folders that are no job of this run: a user wrote or copied them. */
    private void add(Tree.Below job, Snapshot.Key key) {
        boolean counts = job.job() < terms.jobs();
        if (counts && job.rest().equals(JobKeys.HOST)) {
            jobs.set(job.job());
        }
        if (counts && job.rest().equals(JobKeys.PROGRESS)) {
            add(key.name(), key.value());
        }
    }

    /** Adds a job in progress, if it is one of this run. */
    private void add(JobKeys job, String run, Snapshot keys) {
        if (run.equals(keys.value(job.run())) && keys.has(job.progress())) {
            add(job.progress(), keys.value(job.progress()));
        }
    }

    private void add(String key, String progress) {
        try {
            add(Json.read(progress, JobProgress.class));
        } catch (IllegalArgumentException e) {
            LOG.warn("{} is ignored in the summary: it is {}", key, e.getMessage());
        }
    }

    private void add(JobProgress job) {
        tally = tally.plus(job.tally());
        started = started == null || job.started().isBefore(started) ? job.started() : started;
        finished = finished == null || job.updated().isAfter(finished) ? job.updated() : finished;
    }

    /** How many jobs are not done. */
    public int missing() {
        return terms.jobs() - jobs.cardinality();
    }

    /**
     * Makes the transaction end the request, all of whose jobs are done.
     *
     * @param posted whether the summary is to be posted: a mark outlives the pod
     */
    public void end(Txn txn, Tree tree, String request, String run, Source source, boolean posted) {
        if (tally.objects() == 0) {
            LOG.warn("{}: no object is below root '{}'", Text.named(request), Text.shown(terms.root()));
        }
        end(txn, tree, request, run, source, posted ? NEW : null, null);
    }

    /** Makes the transaction end a request that is cancelled now. */
    void cancel(Txn txn, Tree tree, String request, String run, Source source, String mark) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        tree.done(request).describe(txn, run, terms, source);
        end(txn.put(tree.done(request).cancelled(), now), tree, request, run, source, mark,
                new Summary.Cancelled(now, jobs.cardinality()));
    }

    private void end(Txn txn, Tree tree, String request, String run, Source source, String mark,
            Summary.Cancelled cancelled) {
        Summary summary = new Summary(request, run, source == null ? terms.bucket() : source.bucket(),
                source == null ? null : source.endpoint(), terms.root(), terms.methods(), terms.jobs(),
                tally.files() * terms.methods().size(), tally, started, finished, planned(), cancelled);
        txn.put(tree.done(request).summary(), Json.write(summary)).deleteFolder(tree.request(request).folder());
        if (plan != null) {
            txn.put(tree.done(request).plan(), plan);
        }
        if (mark != null) {
            txn.put(tree.webhook(request), mark);
        }
        if (terms.listed()) {
            txn.deleteFolder(tree.ranges(request));
        }
    }

    private Summary.Planned planned() {
        try {
            return plan == null ? null : Summary.Planned.of(Json.read(plan, Plan.class));
        } catch (IllegalArgumentException e) {
            LOG.warn("the plan is ignored in the summary: it is {}", e.getMessage());
            return null;
        }
    }
}
