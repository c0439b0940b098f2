package filehash.init;

import filehash.init.etcd.Contention;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.pod.Conf;
import filehash.pod.JobId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Claims jobs, by one transaction each. What it compares:
 *
 * <ul><li>The first claim of a request: that root, job, method and bucket are as they were read, and that there is no
 * run. It makes the run, and fixes what it was asked for and its source.
 * <li>The next claim: the run, and run/next, which only ever grows, and which it advances. Of all pods that read the
 * same next, one gets the job, and job, next and the keys below /wip agree, because they change together.
 * <li>Both: that the job stands neither below /wip nor below /done.
 * <li>An orphan: the run, that the job is of it, its attempt, failures, release and host as they were read, and the
 * host was bound to no lease. It writes attempt + 1, and nothing of the earlier attempt comes through any more.
 * <li>What a user deleted below /wip: the run, that the job is not done, and what is left of it. It begins at etcd's
 * revision, which is above any attempt that ever was, since each took a revision.</ul>
 */
final class Claims {
    private final Etcd etcd;
    private final Tree tree;
    private final String host;
    private final Bid bid;
    private final int maxAttempts;
    private final Outstanding outstanding;
    private final Contention contention = new Contention();

    Claims(Etcd etcd, Tree tree, Lease lease, String host, int maxAttempts, Outstanding outstanding) {
        this.etcd = etcd;
        this.tree = tree;
        this.host = host;
        this.bid = new Bid(lease, host);
        this.maxAttempts = maxAttempts;
        this.outstanding = outstanding;
    }

    /** Nothing where other pods were faster, or the job had to be parked. */
    Optional<Claim> take(Candidate candidate, Conf.S3 conf) throws IOException, InterruptedException {
        return switch (candidate.kind()) {
            case NEW -> takeNew(candidate.request(), conf);
            case ORPHAN -> takeOver(candidate.request(), candidate.job());
            case DELETED -> restore(candidate.request(), candidate.job());
        };
    }

    /** Where the job is gone by now, tries again with what stands instead, a few times. */
    private Optional<Claim> takeNew(Request request, Conf.S3 conf)
            throws IOException, InterruptedException {
        Request now = request;
        boolean further = true;
        while (further && now.unclaimed()) {
            Map<Claim, Txn> jobs = now.begun() ? next(now) : first(now, conf);
            for (Map.Entry<Claim, Txn> job : jobs.entrySet()) {
                int number = job.getKey().id().job();
                job.getValue().ifAbsent(job.getKey().folder() + "run")
                        .ifAbsent(tree.done(request.id(), number) + "host")
                        .put(tree.next(request.id()), number + 1)
                        .put(tree.request(request.id()) + "job", now.terms().jobs() - number - 1);
            }
            Bid.Result taken = bid.place(jobs, Range.folder(tree.request(request.id())));
            if (taken.claim() != null) {
                contention.met(taken.index());
                return Optional.of(taken.claim());
            }
            further = contention.reachFurther();
            Request other = Request.of(tree, request.id(), taken.otherwise());
            if (now.begun() && other.equals(now)) {
                tellOfCollision(now);
            }
            if (!other.begun()) {
                return Optional.empty(); // edited or gone: for the next look
            }
            now = other;
        }
        return Optional.empty();
    }

    private Map<Claim, Txn> first(Request request, Conf.S3 conf) {
        String folder = tree.request(request.id());
        String run = UUID.randomUUID().toString();
        Source source = Source.of(request.terms().bucket(), conf);
        Txn txn = request.unchanged(etcd.txn("begin request " + request.id()), tree);
        txn.put(tree.run(request.id()), run)
                .put(folder + "run/root", request.terms().root())
                .put(folder + "run/method", request.terms().methodNames())
                .put(folder + "run/jobs", request.terms().jobs())
                .put(folder + "run/bucket", source.bucket())
                .put(folder + "run/region", source.region())
                .put(tree.left(request.id()), request.terms().jobs());
        if (source.endpoint() != null) {
            txn.put(folder + "run/endpoint", source.endpoint());
        }
        if (request.error() != null) {
            txn.delete(tree.error(request.id()));
        }
        return Map.of(new Claim(etcd, tree, host, request.id(), new JobId(run, 0, 1), request.terms(), source), txn);
    }

    /** The next job, or where that is gone by now, one of those after it: as many as others took of late. */
    private Map<Claim, Txn> next(Request request) {
        Map<Claim, Txn> jobs = new LinkedHashMap<>();
        int end = Math.min(request.terms().jobs(), request.run().next() + contention.ahead());
        for (int job = request.run().next(); job < end; job++) {
            JobId id = new JobId(request.run().uuid(), job, 1);
            jobs.put(claim(request, id), etcd.txn("claim request " + request.id() + ", " + id)
                    .ifValue(tree.run(request.id()), id.run()).ifValue(tree.next(request.id()), job));
        }
        return jobs;
    }

    private Optional<Claim> takeOver(Request request, int job) throws IOException, InterruptedException {
        String folder = tree.wip(request.id(), job);
        Snapshot now = etcd.read(Range.folder(folder), Range.key(tree.left(request.id())));
        String run = request.run().uuid();
        String attempt = now.value(folder + "attempt");
        if (attempt == null || !attempt.matches("[0-9]{1,18}") || !run.equals(now.value(folder + "run"))) {
            etcd.txn("clear " + folder).ifValue(tree.run(request.id()), run).ifUnchanged(folder + "run", now)
                    .ifUnchanged(folder + "attempt", now).deleteFolder(folder).commit(); // a user's hand
            return Optional.empty();
        }
        if (now.lease(folder + "host") != 0) {
            return Optional.empty(); // another pod was faster
        }
        Claim claim = claim(request, new JobId(run, job, Long.parseLong(attempt) + 1));
        Txn txn = etcd.txn("take over " + claim).ifValue(tree.run(request.id()), run).ifValue(folder + "run", run)
                .ifUnchanged(folder + "attempt", now).ifUnchanged(folder + "failures", now)
                .ifUnchanged(folder + "released", now).ifAbsent(folder + "error")
                .ifUnchanged(folder + "host", now);
        boolean lost = !now.has(folder + "released") && !Claim.stored(folder, now);
        if (lost && Failures.read(now.value(folder + "failures")).andLost()
                .enter(txn, tree, request.id(), job, maxAttempts, now)) {
            txn.commit();
            return Optional.empty();
        }
        return Optional.ofNullable(bid.place(Map.of(claim, txn.delete(folder + "released"))).claim());
    }

    private Optional<Claim> restore(Request request, int job) throws IOException, InterruptedException {
        String run = request.run().uuid();
        String folder = tree.wip(request.id(), job);
        Snapshot now = etcd.read(Range.folder(folder));
        Claim claim = claim(request, new JobId(run, job, now.revision()));
        Txn txn = etcd.txn("restore " + claim).ifValue(tree.run(request.id()), run)
                .ifUnchanged(folder + "run", now).ifUnchanged(folder + "attempt", now)
                .ifAbsent(tree.done(request.id(), job) + "host");
        boolean stands = now.has(folder + "attempt") && run.equals(now.value(folder + "run"));
        return stands ? Optional.empty() // by another pod's hand, since the look
                : Optional.ofNullable(bid.place(Map.of(claim, txn.delete(folder + "released"))).claim());
    }

    /** etcd's own, now. */
    long revision() throws IOException, InterruptedException {
        return etcd.read(Range.key(tree.outstanding())).revision();
    }

    /** The claim that conf.json tells of, if it still stands. */
    Optional<Claim> adopt(Conf conf) throws IOException, InterruptedException {
        Request request = Request.of(tree, conf.request(), etcd.read(Range.folder(tree.request(conf.request()))));
        boolean known = request.begun() && request.run().uuid().equals(conf.id().run())
                && conf.id().job() < request.terms().jobs();
        Claim claim = known ? claim(request, conf.id()) : null;
        return known && claim.stands(claim.read()) ? Optional.of(claim) : Optional.empty();
    }

    /** A new job that nobody else has taken, and yet cannot be had: its keys stand already, by a user's hand. */
    private void tellOfCollision(Request request) throws IOException, InterruptedException {
        int job = request.run().next();
        String error = tree.error(request.id());
        String wip = tree.wip(request.id(), job);
        String done = tree.done(request.id(), job);
        Snapshot now = etcd.read(Range.key(error), Range.key(wip + "run"), Range.key(done + "host"));
        if (now.has(wip + "run") || now.has(done + "host")) {
            etcd.txn("tell of request " + request.id()).ifValue(tree.next(request.id()), job).ifUnchanged(error, now)
                    .ifUnchanged(wip + "run", now).ifUnchanged(done + "host", now)
                    .put(error, wip + " or " + done + " stands already: delete it, and then this key").commit();
            outstanding.countAgain(); // the jobs of a run with an error do not count
        }
    }

    private Claim claim(Request request, JobId id) {
        return new Claim(etcd, tree, host, request.id(), id, request.terms(), request.run().source());
    }
}
