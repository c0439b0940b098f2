package filehash.init.search;

import filehash.init.claim.Candidate;
import filehash.init.claim.Task;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.Tree;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Claims new jobs of the requests that the last look found, in their order. If there are many, it is used for some
 * seconds and reads again only the request at hand, because a look at thousands of requests takes longer than a small
 * job. It picks at random among the first of the same priority, from as many as other pods claimed last time, so that
 * not all pods try the same one. The downside is that an orphan, or an older request that is put meanwhile, waits those
 * seconds. Main thread only.
 */
final class Backlog {
    private static final Duration LIFE = Duration.ofMillis(2500);
    private static final int FURTHEST = 64;

    private final Etcd etcd;
    private final Tree tree;
    private final Taking taking;
    private final Readiness readiness;
    private List<Request> requests = new ArrayList<>();
    private long lastsUntil;
    private int ahead = 1;

    /** How one job is claimed. */
    interface Taking {
        Optional<Task> take(Candidate candidate) throws IOException, InterruptedException;
    }

    Backlog(Etcd etcd, Tree tree, Taking taking, Readiness readiness) {
        this.etcd = etcd;
        this.tree = tree;
        this.taking = taking;
        this.readiness = readiness;
    }

    void clear() {
        requests.clear();
    }

    boolean isEmpty() {
        return requests.isEmpty() || System.nanoTime() - lastsUntil >= 0;
    }

    /** Claims a job of one of these requests, which the look has just read. */
    Optional<Task> first(Look look, List<Request> fresh) throws IOException, InterruptedException {
        requests = new ArrayList<>(fresh);
        lastsUntil = System.nanoTime() + (look.isLarge() ? LIFE.toNanos() : 0);
        return take(next());
    }

    /** Claims a job of another request of that look, after reading again what the claim depends on. */
    Optional<Task> again() throws IOException, InterruptedException {
        String id = next().id();
        Snapshot now = etcd.read(Range.folder(tree.request(id).folder()), Range.folder(tree.conf()),
                Range.any(tree.done(id).folder(), 0));
        Request request = Request.of(tree, id, now);
        if (!readiness.mayClaim(now)) {
            clear();
        } else if (request.unclaimed() && (request.begun() || now.below(tree.done(id).folder()).isEmpty())) {
            return take(request);
        } else {
            gone(request);
        }
        return Optional.empty();
    }

    private Optional<Task> take(Request request) throws IOException, InterruptedException {
        Optional<Task> task = taking.take(Candidate.next(request));
        if (task.isEmpty() && request.begun()) {
            clear(); // other pods claim its jobs
        } else if (task.isEmpty()) {
            gone(request);
        } else {
            ahead = Math.max(1, ahead / 2);
            requests.removeIf(other -> other.id().equals(request.id()) && !isLarge(other));
        }
        return task;
    }

    /** The first, as long as it has several jobs; else one of the first. */
    private Request next() {
        int priority = requests.get(0).control().priority();
        int reach = (int) requests.stream().limit(ahead).filter(request -> request.control().priority() == priority)
                .count();
        return isLarge(requests.get(0)) ? requests.get(0)
                : requests.get(ThreadLocalRandom.current().nextInt(reach));
    }

    private static boolean isLarge(Request request) {
        return request.begun() || request.terms().jobs() != 1;
    }

    /** Other pods claimed its jobs, or its user changed it. */
    private void gone(Request request) {
        ahead = Math.min(FURTHEST, 2 * ahead);
        requests.removeIf(other -> other.id().equals(request.id()));
    }
}
