package filehash.init.search;

import filehash.init.claim.Candidate;
import filehash.init.tree.DeletedJobs;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.job.JobId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** Chooses the job that this pod tries to claim next. */
final class NextJob {
    private NextJob() {
    }

    /**
     * Requests come in the order of {@link Precedence}, and of the same priority orphans before new jobs; but a job
     * that failed before comes last for a while, and a request that rests is left out. The orphans of one request come
     * in random order, since other pods see the same ones.
     *
     * @param sound which requests may be tried
     */
    static Optional<Candidate> find(Look look, DeletedJobs deletedJobs, Turns turns, Predicate<Request> sound)
            throws IOException, InterruptedException {
        List<Request> requests = Precedence.sorted(look, look.requests().stream().filter(sound)
                .filter(request -> !turns.resting(request)).toList());
        if (turns.probesAll()) {
            return probe(look, turns, requests, turns.backlog(look, sound));
        }
        Optional<JobId> probe = turns.probe(look);
        if (probe.isPresent()) {
            return requests.stream().filter(request -> request.begun()
                    && request.run().uuid().equals(probe.get().run())).findFirst()
                    .map(request -> new Candidate(Candidate.Kind.ORPHAN, request, probe.get().job()));
        }
        List<Request> backlog = turns.backlog(look, sound);
        for (List<Request> alike : Precedence.groups(requests)) {
            Optional<Candidate> found = find(look, deletedJobs, turns, alike, backlog);
            if (found.isPresent()) {
                return found;
            }
        }
        return orphan(look, requests, Look.Wip::orphaned);
    }

    /** @param requests of one priority */
    private static Optional<Candidate> find(Look look, DeletedJobs deletedJobs, Turns turns, List<Request> requests,
            List<Request> backlog) throws IOException, InterruptedException {
        Optional<Candidate> found = orphan(look, requests, wip -> wip.orphaned() && !turns.late(wip));
        for (Request request : requests) { // the counts show that a job was deleted
            if (found.isEmpty() && request.begun() && look.missing(request) > 0) {
                found = deletedJobs.find(look, request).map(job -> new Candidate(Candidate.Kind.DELETED, request, job));
            }
        }
        int priority = requests.get(0).control().priority();
        return found.isPresent() ? found : backlog.stream()
                .filter(request -> request.control().priority() == priority).findFirst().map(Candidate::next);
    }

    /** Prefers a job that failed before to a new one, whichever pod it failed in. */
    private static Optional<Candidate> probe(Look look, Turns turns, List<Request> requests, List<Request> backlog) {
        return turns.inTurn(requests).stream().flatMap(request -> orphan(look, List.of(request), Look.Wip::orphaned)
                .or(() -> Optional.of(Candidate.next(request)).filter(next -> backlog.contains(request))).stream())
                .findFirst();
    }

    private static Optional<Candidate> orphan(Look look, List<Request> requests, Predicate<Look.Wip> which) {
        for (Request request : requests) {
            if (request.begun()) {
                List<Integer> jobs = look.jobs(request).entrySet().stream()
                        .filter(job -> which.test(job.getValue())).map(Map.Entry::getKey).toList();
                if (!jobs.isEmpty()) {
                    int job = jobs.get(ThreadLocalRandom.current().nextInt(jobs.size()));
                    return Optional.of(new Candidate(Candidate.Kind.ORPHAN, request, job));
                }
            }
        }
        return Optional.empty();
    }
}
