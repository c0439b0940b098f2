package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a job that was claimed, is not done, and has no keys below /wip, because a user deleted them. It asks for a
 * random hundred of the jobs in question: if many were deleted, that finds one in one call, and a different one in each
 * pod. If it finds none, it reads the names of all keys of the request below /done, and remembers which jobs are done,
 * since that does not change. If all are done, a user has made left too large, and it is corrected. Main thread only.
 */
public final class DeletedJobs {
    private static final Logger LOG = LoggerFactory.getLogger(DeletedJobs.class);

    private final Etcd etcd;
    private final Tree tree;
    private final Predicate<Snapshot> posted;
    private final BitSet done = new BitSet();
    private String run = "";

    /** @param posted whether the summary is to be posted, by /conf */
    public DeletedJobs(Etcd etcd, Tree tree, Predicate<Snapshot> posted) {
        this.etcd = etcd;
        this.tree = tree;
        this.posted = posted;
    }

    /** @param request must have begun */
    public Optional<Integer> find(Look look, Request request) throws IOException, InterruptedException {
        if (!request.run().uuid().equals(run)) {
            run = request.run().uuid();
            done.clear();
        }
        List<Integer> sample = someOf(inQuestion(look, request));
        if (!sample.isEmpty()) {
            Snapshot hosts = etcd.read(sample.stream()
                    .map(job -> Range.key(tree.done(request.id()).job(job).host())).toList());
            sample.stream().filter(job -> hosts.has(tree.done(request.id()).job(job).host())).forEach(done::set);
        }
        List<Integer> found = sample.stream().filter(job -> !done.get(job)).toList();
        if (found.isEmpty()) {
            String folder = tree.done(request.id()).folder();
            Scan.read(etcd, List.of(new Scan(Range.names(folder), key -> Tree.below(folder, key.name())
                    .filter(job -> job.rest().equals(JobKeys.HOST) && job.job() < request.terms().jobs())
                    .ifPresent(job -> done.set(job.job())))));
            found = someOf(inQuestion(look, request));
        }
        if (found.isEmpty()) {
            putLeftRight(look, request);
        }
        return found.stream().findFirst();
    }

    /** Compares left, which falls with each job that is done: so the look still holds. */
    private void putLeftRight(Look look, Request request) throws IOException, InterruptedException {
        String id = request.id();
        int left = request.run().left() - look.missing(request);
        Txn txn = etcd.txn("count left of request " + id).ifValue(tree.request(id).run(), request.run().uuid())
                .ifValue(tree.request(id).left(), request.run().left());
        if (left > 0) {
            txn.put(tree.request(id).left(), left);
        } else {
            DoneJobs all = DoneJobs.read(etcd, tree, id, request.terms());
            if (all.missing() > 0) {
                done.clear(); // a user has deleted keys below /done: a later look restores the jobs
                return;
            }
            all.end(txn, tree, id, request.run().uuid(), request.run().source(),
                    posted.test(look.settings()));
        }
        if (txn.commit()) {
            LOG.warn("{}: left was {}, corrected to {}, the number of jobs that are not done", Text.named(id),
                    request.run().left(), left);
        }
    }

    private BitSet inQuestion(Look look, Request request) {
        BitSet jobs = new BitSet();
        jobs.set(0, request.run().next());
        look.jobs(request).keySet().forEach(jobs::clear);
        jobs.andNot(done);
        return jobs;
    }

    private static List<Integer> someOf(BitSet jobs) {
        List<Integer> all = new ArrayList<>(jobs.stream().boxed().toList());
        Collections.shuffle(all, ThreadLocalRandom.current());
        return all.subList(0, Math.min(all.size(), Etcd.MOST_RANGES));
    }
}
