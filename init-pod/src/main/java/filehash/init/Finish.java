package filehash.init;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.pod.HashFin;
import filehash.pod.HexRange;
import filehash.pod.Json;
import filehash.pod.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Enters a job as done, by one transaction that compares the claim and the revision of /req/&lt;id&gt;/left. It moves
 * the job from /wip to /done and writes left; with the last one it removes the request and writes the summary instead.
 * Two pods that finish at the same time compare the same left, so exactly one of them is the last; and since the claim
 * is gone afterwards, no finish is entered twice.
 */
final class Finish {
    private final Etcd etcd;
    private final Tree tree;

    Finish(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** What /wip and /done hold as progress. */
    record JobProgress(@JsonUnwrapped Tally tally, Instant started, Instant updated) {
    }

    /** What /done/&lt;id&gt;/summary holds. */
    record Summary(String request, String run, String root, List<String> methods, int jobs, long rows,
            @JsonUnwrapped Tally tally, Instant started, Instant finished) {
    }

    /**
     * Tries once.
     *
     * @return whether it is settled: entered now or before, or the claim stands no more
     */
    boolean enter(Claim claim, HashFin fin) throws IOException, InterruptedException {
        Snapshot now = claim.read();
        if (!claim.stands(now)) {
            return true;
        }
        String leftKey = tree.request(claim.request()) + "left";
        int left = Integer.parseInt(now.value(leftKey));
        JobProgress progress = new JobProgress(fin.tally(), fin.started(), fin.finished());
        Txn txn = claim.fenced("finish " + claim).ifUnchanged(leftKey, now.modified(leftKey));
        moveToDone(txn, claim, progress);
        if (left == claim.terms().jobs()) {
            tellOfRun(txn, claim);
        }
        if (left > 1) {
            txn.put(leftKey, left - 1);
        } else {
            txn.put(tree.done(claim.request()) + "summary", Json.write(summary(claim, progress)))
                    .deleteFolder(tree.request(claim.request()));
        }
        return txn.commit();
    }

    private void moveToDone(Txn txn, Claim claim, JobProgress progress) {
        String done = tree.done(claim.request(), claim.id().job());
        HexRange range = claim.range();
        txn.deleteFolder(claim.folder())
                .put(done + "host", claim.host())
                .put(done + "range/start", range.start())
                .put(done + "range/end", range.end())
                .put(done + "progress", Json.write(progress));
    }

    private void tellOfRun(Txn txn, Claim claim) {
        String done = tree.done(claim.request());
        txn.put(done + "run", claim.id().run())
                .put(done + "root", claim.terms().root())
                .put(done + "method", claim.terms().methodNames())
                .put(done + "jobs", claim.terms().jobs());
    }

    /** All other jobs are done, and what stands below /done changes no more. */
    private Summary summary(Claim claim, JobProgress last) throws IOException, InterruptedException {
        String done = tree.done(claim.request());
        Tally tally = last.tally;
        Instant started = last.started;
        Instant finished = last.updated;
        for (Snapshot.Key key : etcd.read(Etcd.Range.folder(done)).keys().values()) {
            if (key.name().endsWith("/progress")) {
                JobProgress other = Json.read(key.value(), JobProgress.class);
                tally = tally.plus(other.tally);
                started = other.started.isBefore(started) ? other.started : started;
                finished = other.updated.isAfter(finished) ? other.updated : finished;
            }
        }
        Request.Terms terms = claim.terms();
        return new Summary(claim.request(), claim.id().run(), terms.root(),
                List.of(terms.methodNames().split(",")), terms.jobs(), tally.files() * terms.methods().size(), tally,
                started, finished);
    }
}
