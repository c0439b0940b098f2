package filehash.init.command.survey;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.JobKeys;
import filehash.init.tree.JobProgress;
import filehash.init.tree.Tree;
import filehash.job.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sum of the jobs of a request that are done. What is done stays so: each reading asks only for the jobs that may
 * be new, so that to watch a request of 65,536 jobs costs little. Owned by one thread.
 */
final class DoneSum {
    /** With more jobs in question than this, the whole folder is read. */
    private static final int FEW = 1000;

    private final BitSet jobs = new BitSet();
    private Tally tally = Tally.NONE;
    private int empty;
    private Instant started;
    private Instant updated;

    /** @param maybe the jobs that may be done, below the number of jobs of the run */
    void read(Etcd etcd, Tree tree, String id, BitSet maybe) throws IOException, InterruptedException {
        maybe.andNot(jobs);
        List<Integer> asked = maybe.stream().boxed().toList();
        if (asked.size() > FEW) {
            String folder = tree.done(id).folder();
            Scan.read(etcd, List.of(new Scan(Range.folder(folder), key -> Tree.below(folder, key.name())
                    .filter(job -> maybe.get(Math.min(Tree.job(job.name()), Character.MAX_VALUE + 1)))
                    .ifPresent(job -> add(Tree.job(job.name()), job.rest(), key.value())))));
            return;
        }
        int page = Etcd.MOST_RANGES / 2;
        for (int from = 0; from < asked.size(); from += page) {
            List<Integer> some = asked.subList(from, Math.min(asked.size(), from + page));
            Snapshot now = etcd.read(some.stream().map(job -> tree.done(id).job(job))
                    .flatMap(job -> Stream.of(Range.key(job.host()), Range.key(job.progress()))).toList());
            for (int job : some) {
                JobKeys keys = tree.done(id).job(job);
                if (now.has(keys.host())) {
                    add(job, JobKeys.HOST, "");
                    add(job, JobKeys.PROGRESS, now.value(keys.progress()));
                }
            }
        }
    }

    private void add(int job, String key, String value) {
        JobProgress progress = key.equals(JobKeys.PROGRESS) ? Wip.progress(value) : null;
        if (key.equals(JobKeys.HOST)) {
            jobs.set(job);
        } else if (progress != null) {
            tally = tally.plus(progress.tally());
            empty += progress.tally().objects() == 0 ? 1 : 0;
            started = earlier(started, progress.started());
            updated = later(updated, progress.updated());
        }
    }

    /** Their numbers; a copy. */
    BitSet jobs() {
        return (BitSet) jobs.clone();
    }

    boolean has(int job) {
        return jobs.get(job);
    }

    int count() {
        return jobs.cardinality();
    }

    /** How many of them had no objects. */
    int empty() {
        return empty;
    }

    Tally tally() {
        return tally;
    }

    Instant started() {
        return started;
    }

    Instant updated() {
        return updated;
    }

    static Instant earlier(Instant one, Instant other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }

    static Instant later(Instant one, Instant other) {
        return one == null || other != null && other.isAfter(one) ? other : one;
    }
}
