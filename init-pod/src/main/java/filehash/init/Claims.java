package filehash.init;

import filehash.init.etcd.Contention;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.Failures;
import filehash.init.tree.JobKeys;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Source;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.pod.Conf;
import filehash.pod.JobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Claims jobs, each by one transaction. It compares:
 *
 * <ul><li>for the first claim of a request: root, job, method and bucket as they were read, and that there is no run.
 * It creates the run, and copies the user's values and the source into it;
 * <li>for the next claim: the run, and run/next, which only grows, and which the claim advances. Of all pods that read
 * the same next, one gets the job; job, next and the keys below /wip agree, because they change together;
 * <li>for both: that the job has keys neither below /wip nor below /done;
 * <li>for an orphan: the run, that the job belongs to it, and attempt, failures, released and host as they were read;
 * the host was bound to no lease. It writes attempt + 1, which fences off the earlier attempt;
 * <li>for a job whose keys below /wip a user deleted: the run, that the job is not done, and the keys that remain. Its
 * attempt is etcd's revision, which is above any attempt before, since each took a revision.</ul>
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

    /** Empty if another pod was faster, or the job had to be parked. */
    Optional<Claim> take(Candidate candidate, Conf.S3 conf) throws IOException, InterruptedException {
        return switch (candidate.kind()) {
            case NEW -> takeNew(candidate.request(), conf);
            case ORPHAN -> takeOver(candidate.request(), candidate.job());
            case DELETED -> restore(candidate.request(), candidate.job());
        };
    }

    /** If the job is taken by now, tries again with the state that the transaction read instead, a few times. */
    private Optional<Claim> takeNew(Request request, Conf.S3 conf)
            throws IOException, InterruptedException {
        RequestKeys keys = tree.request(request.id());
        Request now = request;
        boolean further = true;
        while (further && now.unclaimed()) {
            List<Bid.Offer> offers = now.begun() ? next(now) : List.of(first(now, conf));
            for (Bid.Offer offer : offers) {
                int job = offer.claim().id().job();
                offer.txn().ifAbsent(offer.claim().keys().run()).ifAbsent(tree.done(request.id()).job(job).host())
                        .put(keys.next(), job + 1).put(keys.job(), now.terms().jobs() - job - 1);
            }
            Bid.Result taken = bid.place(offers, Range.folder(keys.folder()));
            if (taken.claim() != null) {
                contention.met(taken.index());
                return Optional.of(taken.claim());
            }
            further = contention.reachFurther();
            Request other = Request.of(tree, request.id(), taken.otherwise());
            if (now.begun() && other.equals(now)) {
                reportCollision(now);
            }
            if (!other.begun()) {
                return Optional.empty(); // edited or deleted: the next look judges it
            }
            now = other;
        }
        return Optional.empty();
    }

    private Bid.Offer first(Request request, Conf.S3 conf) {
        RequestKeys keys = tree.request(request.id());
        String run = UUID.randomUUID().toString();
        Source source = Source.of(request.terms().bucket(), conf);
        Txn txn = request.unchanged(etcd.txn("begin request " + request.id()), tree);
        txn.put(keys.run(), run)
                .put(keys.runRoot(), request.terms().root())
                .put(keys.runMethod(), request.terms().methodNames())
                .put(keys.runJobs(), request.terms().jobs())
                .put(keys.left(), request.terms().jobs());
        source.record(txn, keys);
        if (request.error() != null) {
            txn.delete(keys.error());
        }
        JobId id = new JobId(run, 0, 1);
        return new Bid.Offer(new Claim(etcd, tree, host, request.id(), id, request.terms(), source), txn);
    }

    /** The next job, and those after it, in case others have taken the next one by now. */
    private List<Bid.Offer> next(Request request) {
        RequestKeys keys = tree.request(request.id());
        List<Bid.Offer> offers = new ArrayList<>();
        int end = Math.min(request.terms().jobs(), request.run().next() + contention.ahead());
        for (int job = request.run().next(); job < end; job++) {
            JobId id = new JobId(request.run().uuid(), job, 1);
            offers.add(new Bid.Offer(claim(request, id), etcd.txn("claim request " + request.id() + ", " + id)
                    .ifValue(keys.run(), id.run()).ifValue(keys.next(), job)));
        }
        return offers;
    }

    private Optional<Claim> takeOver(Request request, int job) throws IOException, InterruptedException {
        RequestKeys ofRequest = tree.request(request.id());
        JobKeys keys = tree.wip(request.id(), job);
        Snapshot now = etcd.read(Range.folder(keys.folder()), Range.key(ofRequest.left()));
        String run = request.run().uuid();
        String attempt = now.value(keys.attempt());
        if (attempt == null || !attempt.matches("[0-9]{1,18}") || !run.equals(now.value(keys.run()))) {
            etcd.txn("clear " + keys.folder()).ifValue(ofRequest.run(), run) // a user wrote these keys
                    .ifUnchanged(keys.run(), now).ifUnchanged(keys.attempt(), now).deleteFolder(keys.folder()).commit();
            return Optional.empty();
        }
        if (now.lease(keys.host()) != 0) {
            return Optional.empty(); // another pod was faster
        }
        Claim claim = claim(request, new JobId(run, job, Long.parseLong(attempt) + 1));
        Txn txn = etcd.txn("take over " + claim).ifValue(ofRequest.run(), run).ifValue(keys.run(), run)
                .ifUnchanged(keys.attempt(), now).ifUnchanged(keys.failures(), now).ifUnchanged(keys.host(), now)
                .ifUnchanged(keys.released(), now).ifAbsent(keys.error());
        boolean lost = !now.has(keys.released()) && !Claim.stored(keys, now);
        if (lost && Failures.read(now.value(keys.failures())).andLost()
                .enter(txn, tree, request.id(), job, maxAttempts, now)) {
            txn.commit();
            return Optional.empty();
        }
        return bid.place(claim, txn.delete(keys.released()));
    }

    private Optional<Claim> restore(Request request, int job) throws IOException, InterruptedException {
        String run = request.run().uuid();
        JobKeys keys = tree.wip(request.id(), job);
        Snapshot now = etcd.read(Range.folder(keys.folder()));
        Claim claim = claim(request, new JobId(run, job, now.revision()));
        Txn txn = etcd.txn("restore " + claim).ifValue(tree.request(request.id()).run(), run)
                .ifUnchanged(keys.run(), now).ifUnchanged(keys.attempt(), now)
                .ifAbsent(tree.done(request.id()).job(job).host());
        boolean stands = now.has(keys.attempt()) && run.equals(now.value(keys.run()));
        return stands ? Optional.empty() // another pod restored it after the look
                : bid.place(claim, txn.delete(keys.released()));
    }

    /** What /conf holds. */
    Snapshot settings() throws IOException, InterruptedException {
        return etcd.read(Range.folder(tree.conf()));
    }

    /** The claim that conf.json describes, if it still stands. */
    Optional<Claim> adopt(Conf conf) throws IOException, InterruptedException {
        Snapshot now = etcd.read(Range.folder(tree.request(conf.request()).folder()));
        Request request = Request.of(tree, conf.request(), now);
        boolean known = request.begun() && request.run().uuid().equals(conf.id().run())
                && conf.id().job() < request.terms().jobs();
        Claim claim = known ? claim(request, conf.id()) : null;
        return known && claim.stands(claim.read()) ? Optional.of(claim) : Optional.empty();
    }

    /** Reports a new job that no pod has claimed and that yet cannot be claimed, because a user wrote its keys. */
    private void reportCollision(Request request) throws IOException, InterruptedException {
        int job = request.run().next();
        RequestKeys keys = tree.request(request.id());
        JobKeys wip = tree.wip(request.id(), job);
        JobKeys done = tree.done(request.id()).job(job);
        Snapshot now = etcd.read(Range.key(keys.error()), Range.key(wip.run()), Range.key(done.host()));
        if (now.has(wip.run()) || now.has(done.host())) {
            etcd.txn("tell of request " + request.id()).ifValue(keys.next(), job).ifUnchanged(keys.error(), now)
                    .ifUnchanged(wip.run(), now).ifUnchanged(done.host(), now)
                    .put(keys.error(), Text.error("keys of job " + job + " stand already: delete this key after"
                            + " deleting " + wip.folder() + " or " + done.folder())).commit();
            outstanding.countAgain(); // the jobs of a run with an error do not count
        }
    }

    private Claim claim(Request request, JobId id) {
        return new Claim(etcd, tree, host, request.id(), id, request.terms(), request.run().source());
    }
}
