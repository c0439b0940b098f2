package filehash.init.claim;

import filehash.init.etcd.Contention;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.Failures;
import filehash.init.tree.JobKeys;
import filehash.init.tree.JobProgress;
import filehash.init.tree.JobRange;
import filehash.init.tree.JobRanges;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Claims jobs. A claim is one transaction, which compares:
 *
 * <ul><li>for the first claim of a request: what {@link Begin} says. It creates the run, and copies the user's values
 * and the source into it;
 * <li>for the next claim: the run, and run/next, which only grows, and which the claim advances. Of all pods that read
 * the same next, one gets the job; job, next and the keys below /wip agree, because they change together;
 * <li>for both: that the job has keys neither below /wip nor below /done;
 * <li>for an orphan: the run, that the job belongs to it, and attempt, failures, released and host as they were read;
 * the host was bound to no lease. It writes attempt + 1, which fences off the earlier attempt;
 * <li>for a job whose keys below /wip a user deleted: the run, that the job is not done, and the keys that remain. Its
 * attempt is etcd's revision, which is above any attempt before, since each took a revision.</ul>
 */
public final class Claims {
    private final Etcd etcd;
    private final Tree tree;
    private final String host;
    private final Bid bid;
    private final Begin begin;
    private final JobRanges ranges;
    private final int maxAttempts;
    private final Outstanding outstanding;
    private final Collisions collisions;
    private final Contention contention = new Contention();

    public Claims(Etcd etcd, Tree tree, Lease lease, String host, int maxAttempts, Outstanding outstanding) {
        this.etcd = etcd;
        this.tree = tree;
        this.host = host;
        this.bid = new Bid(lease, host);
        this.begin = new Begin(etcd, tree, host);
        this.ranges = new JobRanges(etcd, tree);
        this.maxAttempts = maxAttempts;
        this.outstanding = outstanding;
        this.collisions = new Collisions(etcd, tree, outstanding);
    }

    /** Empty if another pod was faster, or the job had to be parked. */
    public Optional<Claim> take(Candidate candidate, Conf.S3 conf) throws IOException, InterruptedException {
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
        while (now.unclaimed()) {
            List<Bid.Offer> offers = now.begun() ? next(now) : List.of(begin.hex(now, conf));
            offers.forEach(this::advance);
            Bid.Taken taken = bid.place(offers, Range.folder(keys.folder()));
            if (taken.claim() != null) {
                contention.met(taken.index());
                return Optional.of(taken.claim());
            }
            boolean further = contention.reachFurther();
            Request other = Request.of(tree, request.id(), taken.otherwise());
            if (now.begun() && other.equals(now)) {
                collisions.report(now);
            }
            if (!further || !other.begun()) {
                return Optional.empty(); // too many were faster; or its user edited or deleted it: the next look judges
            }
            now = other;
        }
        return Optional.empty();
    }

    /** Tries once to begin a run with the ranges of its plan; empty if the planning no longer stands. */
    public Optional<Claim> begin(Planning planning, PlanFin fin) throws IOException, InterruptedException {
        Bid.Offer offer = begin.planned(planning, fin);
        advance(offer);
        Optional<Claim> claim = bid.place(offer.claim(), offer.txn());
        outstanding.countAgain(); // all of its jobs count now
        return claim;
    }

    private void advance(Bid.Offer offer) {
        RequestKeys keys = tree.request(offer.claim().request());
        int job = offer.claim().id().job();
        offer.txn().ifAbsent(offer.claim().keys().run())
                .ifAbsent(tree.done(offer.claim().request()).job(job).host())
                .put(keys.next(), job + 1).put(keys.job(), offer.claim().terms().jobs() - job - 1);
    }

    /** The next job, and those after it, in case others have taken the next one by now. */
    private List<Bid.Offer> next(Request request) throws IOException, InterruptedException {
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
        boolean lost = !now.has(keys.released()) && !JobProgress.isOfThisAttempt(keys, now);
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

    public Snapshot readConf() throws IOException, InterruptedException {
        return etcd.read(Range.folder(tree.conf()));
    }

    /** Whether the claim that conf.json describes still stands. */
    public Adopted adopt(Conf conf) throws IOException, InterruptedException {
        Fence fence = new Fence(tree, conf.request(), conf.id());
        Snapshot now = etcd.read(Stream.concat(Stream.of(fence.ranges()),
                Stream.of(Range.folder(tree.request(conf.request()).folder()))).toList());
        Request request = Request.of(tree, conf.request(), now);
        if (!request.begun() || !fence.stands(now) || conf.id().job() >= request.terms().jobs()) {
            return new Adopted(Optional.empty(), fence.isCancelled(now));
        }
        String end = now.value(fence.keys().rangeEnd());
        JobRange range = !request.terms().listed() ? JobRange.hex(conf.id().job(), request.terms().jobs())
                : new JobRange(conf.start(), Objects.requireNonNullElse(end, ""), conf.before(), conf.planned());
        return new Adopted(Optional.of(claim(request, conf.id(), range)), fence.isCancelled(now));
    }

    private Claim claim(Request request, JobId id) throws IOException, InterruptedException {
        return claim(request, id, ranges.of(request, id.job()));
    }

    private Claim claim(Request request, JobId id, JobRange range) {
        return new Claim(etcd, tree, host, request.id(), id, request.terms(), range, request.run().source());
    }
}
