package filehash.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a job that was claimed, is not done, and has no keys below /wip, because a user deleted them. It asks for a
 * hundred of the jobs in question, drawn at random: where many were deleted, that finds one in one call, and another
 * one than other pods find. Only where that finds none it reads the names of all keys of the request below /done, and
 * remembers which jobs are done, since none becomes undone. The main thread's.
 */
final class DeletedJobs {
    private final Etcd etcd;
    private final Tree tree;
    private final BitSet done = new BitSet();
    private String run = "";

    DeletedJobs(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** @param request one that has begun */
    Optional<Candidate> find(Look look, Request request) throws IOException, InterruptedException {
        if (!request.run().uuid().equals(run)) {
            run = request.run().uuid();
            done.clear();
        }
        List<Integer> sample = someOf(inQuestion(look, request));
        if (!sample.isEmpty()) {
            Snapshot hosts = etcd.read(sample.stream()
                    .map(job -> Range.key(tree.done(request.id(), job) + "host")).toList());
            sample.stream().filter(job -> hosts.has(tree.done(request.id(), job) + "host")).forEach(done::set);
        }
        List<Integer> found = sample.stream().filter(job -> !done.get(job)).toList();
        if (found.isEmpty()) {
            String folder = tree.done(request.id());
            Scan.read(etcd, List.of(new Scan(Range.names(folder), key -> Tree.below(folder, key.name())
                    .filter(job -> job.rest().equals("host") && job.name().matches("[0-9]{1,5}"))
                    .ifPresent(job -> done.set(Integer.parseInt(job.name()))))));
            found = someOf(inQuestion(look, request));
        }
        return found.stream().findFirst().map(job -> new Candidate(Candidate.Kind.DELETED, request, job));
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
