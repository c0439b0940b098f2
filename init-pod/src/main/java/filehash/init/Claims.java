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
import java.util.ArrayList;
import java.util.List;
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
                tellOfCollision(now);
            }
            if (!other.begun()) {
                return Optional.empty(); // edited or gone: for the next look
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
                .put(keys.runBucket(), source.bucket())
                .put(keys.runRegion(), source.region())
                .put(keys.left(), request.terms().jobs());
        if (source.endpoint() != null) {
            txn.put(keys.runEndpoint(), source.endpoint());
        }
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
        return stands ? Optional.empty() // by another pod's hand, since the look
                : bid.place(claim, txn.delete(keys.released()));
    }

    /** What /conf holds. */
    Snapshot settings() throws IOException, InterruptedException {
        return etcd.read(Range.folder(tree.conf()));
    }

    /** The claim that conf.json tells of, if it still stands. */
    Optional<Claim> adopt(Conf conf) throws IOException, InterruptedException {
        Snapshot now = etcd.read(Range.folder(tree.request(conf.request()).folder()));
        Request request = Request.of(tree, conf.request(), now);
        boolean known = request.begun() && request.run().uuid().equals(conf.id().run())
                && conf.id().job() < request.terms().jobs();
        Claim claim = known ? claim(request, conf.id()) : null;
        return known && claim.stands(claim.read()) ? Optional.of(claim) : Optional.empty();
    }

    /** A new job that nobody else has taken, and yet cannot be had: its keys stand already, by a user's hand. */
    private void tellOfCollision(Request request) throws IOException, InterruptedException {
        int job = request.run().next();
        RequestKeys keys = tree.request(request.id());
        JobKeys wip = tree.wip(request.id(), job);
        JobKeys done = tree.done(request.id()).job(job);
        Snapshot now = etcd.read(Range.key(keys.error()), Range.key(wip.run()), Range.key(done.host()));
        if (now.has(wip.run()) || now.has(done.host())) {
            etcd.txn("tell of request " + request.id()).ifValue(keys.next(), job).ifUnchanged(keys.error(), now)
                    .ifUnchanged(wip.run(), now).ifUnchanged(done.host(), now)
                    .put(keys.error(), wip.folder() + " or " + done.folder() + " stands already: delete it, and then"
                            + " this key").commit();
            outstanding.countAgain(); // the jobs of a run with an error do not count
        }
    }

    private Claim claim(Request request, JobId id) {
        return new Claim(etcd, tree, host, request.id(), id, request.terms(), request.run().source());
    }
}
