package filehash.init;

import filehash.pod.Json;
import filehash.pod.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the jobs of a request counted, added up: the last job, and those that stand below /done. These are read page by
 * page, because there may be 65,535 of them. One thread's.
 */
final class DoneJobs {
    private static final Logger LOG = LoggerFactory.getLogger(DoneJobs.class);

    private final BitSet jobs = new BitSet();
    private Tally tally;
    private Instant started;
    private Instant finished;

    private DoneJobs(int job, JobProgress last) {
        jobs.set(job);
        tally = last.tally();
        started = last.started();
        finished = last.updated();
    }

    static DoneJobs with(Claim claim, JobProgress last, Etcd etcd, Tree tree) throws IOException, InterruptedException {
        DoneJobs sum = new DoneJobs(claim.id().job(), last);
        if (claim.terms().jobs() > 1) {
            String folder = tree.done(claim.request());
            Scan.read(etcd, List.of(new Scan(Range.folder(folder), key ->
                    Tree.below(folder, key.name()).ifPresent(job -> sum.add(job, key)))));
        }
        return sum;
    }

    private void add(Tree.Below job, Snapshot.Key key) {
        if (job.rest().equals("host") && job.name().matches("[0-9]{1,5}")) {
            jobs.set(Integer.parseInt(job.name()));
        }
        JobProgress other = job.rest().equals("progress") ? progress(key) : null;
        if (other != null) {
            tally = tally.plus(other.tally());
            started = other.started().isBefore(started) ? other.started() : started;
            finished = other.updated().isAfter(finished) ? other.updated() : finished;
        }
    }

    private static JobProgress progress(Snapshot.Key key) {
        try {
            return Json.read(key.value(), JobProgress.class);
        } catch (IllegalArgumentException e) {
            LOG.warn("{} counts for nothing in the summary: it is {}", key.name(), e.getMessage());
            return null;
        }
    }

    /** How many. */
    int count() {
        return jobs.cardinality();
    }

    Finish.Summary summary(Claim claim) {
        Request.Terms terms = claim.terms();
        Source source = claim.source();
        return new Finish.Summary(claim.request(), claim.id().run(), source == null ? null : source.bucket(),
                source == null ? null : source.endpoint(), terms.root(), terms.methods(), terms.jobs(),
                tally.files() * terms.methods().size(), tally, started, finished);
    }
}
