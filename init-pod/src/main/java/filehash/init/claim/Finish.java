package filehash.init.claim;

import filehash.init.etcd.Contention;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.DoneJobs;
import filehash.init.tree.JobKeys;
import filehash.init.tree.JobProgress;
import filehash.init.tree.JobRange;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.init.webhook.Webhooks;
import filehash.pod.HashFin;
import filehash.program.Json;
import filehash.program.Metrics;
import filehash.program.Plural;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters a job as done, by one transaction that compares the claim and left. It moves the job from /wip to /done and
 * counts left down; for the last job it writes the summary and removes the request instead. left only falls, by one
 * each time, so exactly one pod enters the last job. The claim ends with it, so nothing is entered twice; and what the
 * summary adds up cannot change meanwhile, since all other jobs are done.
 */
public final class Finish {
    private static final Logger LOG = LoggerFactory.getLogger(Finish.class);

    private final Etcd etcd;
    private final Tree tree;
    private final Outstanding outstanding;
    private final Webhooks webhooks;
    private final LongAdder done;
    private final Contention contention = new Contention();

    public Finish(Etcd etcd, Tree tree, Outstanding outstanding, Webhooks webhooks, Metrics metrics) {
        this.etcd = etcd;
        this.tree = tree;
        this.outstanding = outstanding;
        this.webhooks = webhooks;
        this.done = metrics.counter("filehash_jobs_done_total", "Jobs that this pod has done and entered");
    }

    /**
     * Tries a few times, since other pods may count left down at the same moment.
     *
     * @return whether that is settled: the job is entered, now or by an earlier try whose answer was lost, or the claim
     * no longer stands
     * @throws IllegalArgumentException if left is not a number
     */
    public boolean enter(Claim claim, HashFin fin) throws IOException, InterruptedException {
        JobProgress progress = new JobProgress(fin.tally(), fin.started(), fin.finished());
        Snapshot now = claim.terms().jobs() == 1 ? null : claim.read(); // a request of one job has one left
        boolean further = true;
        while (further && (now == null || claim.stands(now))) {
            int left = now == null ? 1 : left(now.value(tree.request(claim.request()).left()), claim.terms().jobs());
            List<Txn> txns = offers(claim, progress, left);
            Txn.Result result = Txn.commitFirst(txns, claim.ranges());
            if (result.index() >= 0) {
                contention.met(result.index());
                done.increment();
                outstanding.changedByUs(txns.get(result.index()).revision());
                LOG.info("{}: done, {}, {} failed, {} in {} s, {} left", claim, Plural.of(fin.tally().files(), "file"),
                        fin.tally().failed(), Plural.of(fin.tally().bytes(), "byte"),
                        Duration.between(fin.started(), fin.finished()).toSeconds(),
                        Plural.of(left - result.index() - 1, "job"));
                if (left - result.index() == 1) {
                    webhooks.ended(claim.request(), txns.get(result.index()).revision());
                }
                return true;
            }
            now = result.otherwise();
            further = contention.reachFurther();
        }
        if (!claim.stands(now)) {
            boolean entered = claim.host().equals(now.value(tree.done(claim.request()).job(claim.id().job()).host()));
            done.add(entered ? 1 : 0);
            LOG.info("{}: {}", claim, entered ? "is done" : "stored, but taken over or cancelled");
        }
        return !claim.stands(now);
    }

    /** One transaction for each value that left may have by now; the last job of a run has a transaction of its own. */
    private List<Txn> offers(Claim claim, JobProgress progress, int left) throws IOException, InterruptedException {
        if (left == 1) {
            return List.of(last(claim, progress));
        }
        List<Txn> txns = new ArrayList<>();
        int offers = Math.max(1, Math.min(contention.ahead(), left - 1));
        for (int count = left; count > left - offers; count--) {
            txns.add(txn(claim, progress, count).put(tree.request(claim.request()).left(), count - 1));
        }
        return txns;
    }

    /** @param left the value that the transaction compares */
    private Txn txn(Claim claim, JobProgress progress, int left) {
        Txn txn = claim.fenced("finish").ifValue(tree.request(claim.request()).left(), left);
        moveToDone(txn, claim, progress);
        if (left == claim.terms().jobs() || left == 1) {
            tree.done(claim.request()).describe(txn, claim.id().run(), claim.terms(), claim.source());
        }
        return txn;
    }

    /** If /done lacks other jobs although left is 1, a user has changed left: the transaction corrects it. */
    private Txn last(Claim claim, JobProgress progress) throws IOException, InterruptedException {
        DoneJobs all = DoneJobs.with(claim.id().job(), progress, etcd, tree, claim.request(), claim.terms());
        Txn txn = txn(claim, progress, 1);
        if (all.missing() > 0) {
            LOG.warn("{}: left is 1, corrected to {}, the number of other jobs that are not done", claim,
                    all.missing());
            return txn.put(tree.request(claim.request()).left(), all.missing());
        }
        all.end(txn, tree, claim.request(), claim.id().run(), claim.source(), webhooks.areWanted());
        return txn;
    }

    private static int left(String text, int jobs) {
        if (text == null || !text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > jobs) {
            throw new IllegalArgumentException("cannot count down left, which is "
                    + (text == null ? "missing" : "'" + Text.shown(text) + "'"));
        }
        return Integer.parseInt(text);
    }

    private void moveToDone(Txn txn, Claim claim, JobProgress progress) {
        JobKeys done = tree.done(claim.request()).job(claim.id().job());
        JobRange range = claim.range();
        txn.deleteFolder(claim.keys().folder())
                .put(done.host(), claim.host())
                .put(done.rangeStart(), range.start())
                .put(done.rangeEnd(), range.end())
                .put(done.progress(), Json.write(progress));
    }
}
