package filehash.init;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** A job that a look found to be claimed. Immutable. */
record Candidate(Kind kind, Request request, int job) {
    enum Kind {
        /** Claimed by nobody yet. */
        NEW,
        /** Its pod was lost, or gave it back. */
        ORPHAN,
        /** Claimed once, but a user deleted its keys. */
        DELETED
    }

    /**
     * Orphans come before new jobs, and older requests before newer ones; but what failed before comes last, so that
     * it blocks nothing. Among the orphans of a request it is at random, since other pods look too.
     */
    static Optional<Candidate> find(Look look, Etcd etcd, Tree tree) throws IOException, InterruptedException {
        Optional<Candidate> found = orphan(look, wip -> wip.orphaned() && !wip.failing());
        for (Request request : look.requests()) {
            if (found.isEmpty() && request.begun() && look.missing(request) > 0) {
                found = deleted(look, request, etcd, tree);
            }
        }
        if (found.isEmpty()) {
            found = look.requests().stream().filter(Request::unclaimed).findFirst().map(request ->
                    new Candidate(Kind.NEW, request, request.begun() ? request.run().next() : 0));
        }
        return found.isPresent() ? found : orphan(look, Look.Wip::orphaned);
    }

    private static Optional<Candidate> orphan(Look look, Predicate<Look.Wip> which) {
        for (Request request : look.requests()) {
            if (request.begun()) {
                List<Integer> jobs = look.jobs(request).entrySet().stream()
                        .filter(job -> which.test(job.getValue())).map(Map.Entry::getKey).toList();
                if (!jobs.isEmpty()) {
                    int job = jobs.get(ThreadLocalRandom.current().nextInt(jobs.size()));
                    return Optional.of(new Candidate(Kind.ORPHAN, request, job));
                }
            }
        }
        return Optional.empty();
    }

    /** The counts tell that there is one; only then all keys of the request are read, to find which. */
    private static Optional<Candidate> deleted(Look look, Request request, Etcd etcd, Tree tree)
            throws IOException, InterruptedException {
        Snapshot done = etcd.readPages(tree.done(request.id()), false);
        Map<Integer, Look.Wip> jobs = look.jobs(request);
        for (int job = 0; job < request.run().next(); job++) {
            if (!jobs.containsKey(job) && !done.has(tree.done(request.id(), job) + "host")) {
                return Optional.of(new Candidate(Kind.DELETED, request, job));
            }
        }
        return Optional.empty();
    }
}
