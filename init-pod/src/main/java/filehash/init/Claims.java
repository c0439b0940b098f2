package filehash.init;

import filehash.pod.Conf;
import filehash.pod.HexRange;
import filehash.pod.JobId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Claims jobs, by one transaction each. What it compares:
 *
 * <ul><li>The first claim of a request: that root, job and method are as they were read, and that there is no run. It
 * makes the run, and fixes what it was asked for.
 * <li>The next claim: the run, and that run/next is as it was read. It advances it. Of all pods that read the same
 * next, one gets the job, and job, next and the keys below /wip agree, because they change together.
 * <li>A takeover: the run, that the job is of it, its attempt, failures and release as they were read, and that
 * nobody is host. It writes attempt + 1, and nothing of the earlier attempt comes through any more.
 * <li>What a user deleted below /wip: the run, that the job is not done, and what is left of it. It begins at etcd's
 * revision, which is above any attempt that ever was, since each took a revision.</ul>
 *
 * A new job must stand neither below /wip nor below /done. Whoever waits for an answer in vain reads back whether the
 * claim is its own.
 */
final class Claims {
    private final Etcd etcd;
    private final Tree tree;
    private final Lease lease;
    private final String host;
    private final int maxAttempts;
    private Snapshot.Key lostAt;

    Claims(Etcd etcd, Tree tree, Lease lease, String host, int maxAttempts) {
        this.etcd = etcd;
        this.tree = tree;
        this.lease = lease;
        this.host = host;
        this.maxAttempts = maxAttempts;
    }

    /** Tries once: nothing where another pod was faster, or the job had to be parked. */
    Optional<Claim> take(Candidate candidate, Look look) throws IOException, InterruptedException {
        Request request = candidate.request();
        return switch (candidate.kind()) {
            case NEW -> request.begun() ? next(request, look) : first(request, look);
            case ORPHAN -> takeOver(request, candidate.job());
            case DELETED -> restore(request, candidate.job(), look);
        };
    }

    private Optional<Claim> first(Request request, Look look) throws IOException, InterruptedException {
        String folder = tree.request(request.id());
        String run = UUID.randomUUID().toString();
        Txn txn = etcd.txn("begin request " + request.id()).ifAbsent(tree.run(request.id()));
        for (String name : List.of("root", "job", "method")) {
            txn.ifUnchanged(folder + name, look.all());
        }
        txn.put(tree.run(request.id()), run)
                .put(folder + "run/root", request.terms().root())
                .put(folder + "run/method", request.terms().methodNames())
                .put(folder + "run/jobs", request.terms().jobs())
                .put(tree.left(request.id()), request.terms().jobs());
        if (request.error() != null) {
            txn.delete(tree.error(request.id()));
        }
        return takeNew(txn, request, new JobId(run, 0, 1), look);
    }

    private Optional<Claim> next(Request request, Look look) throws IOException, InterruptedException {
        JobId id = new JobId(request.run().uuid(), request.run().next(), 1);
        Txn txn = etcd.txn("claim request " + request.id() + ", " + id).ifValue(tree.run(request.id()), id.run())
                .ifUnchanged(tree.next(request.id()), look.all());
        return takeNew(txn, request, id, look);
    }

    private Optional<Claim> takeNew(Txn txn, Request request, JobId id, Look look)
            throws IOException, InterruptedException {
        Claim claim = claim(request, id);
        txn.ifAbsent(claim.folder() + "run").ifAbsent(tree.done(request.id(), id.job()) + "host")
                .put(tree.next(request.id()), id.job() + 1)
                .put(tree.request(request.id()) + "job", request.terms().jobs() - id.job() - 1);
        Optional<Claim> taken = take(txn, claim);
        if (taken.isEmpty()) {
            tellOfCollision(request, claim, look);
        }
        return taken;
    }

    private Optional<Claim> takeOver(Request request, int job) throws IOException, InterruptedException {
        String folder = tree.wip(request.id(), job);
        Snapshot now = etcd.read(Range.folder(folder), Range.key(tree.left(request.id())));
        String run = request.run().uuid();
        String attempt = now.value(folder + "attempt");
        if (attempt == null || !attempt.matches("[0-9]{1,18}") || !run.equals(now.value(folder + "run"))) {
            etcd.txn("clear " + folder).ifUnchanged(folder + "run", now).ifUnchanged(folder + "attempt", now)
                    .deleteFolder(folder).commit(); // a user's hand, or it has just been finished
            return Optional.empty();
        }
        Claim claim = claim(request, new JobId(run, job, Long.parseLong(attempt) + 1));
        Txn txn = etcd.txn("take over " + claim).ifValue(tree.run(request.id()), run).ifValue(folder + "run", run)
                .ifUnchanged(folder + "attempt", now).ifUnchanged(folder + "failures", now)
                .ifUnchanged(folder + "released", now).ifAbsent(folder + "host").ifAbsent(folder + "error");
        boolean lost = !now.has(folder + "released") && !Claim.stored(folder, now);
        if (lost && Failures.read(now.value(folder + "failures")).andLost()
                .enter(txn, tree, request.id(), job, maxAttempts, now)) {
            txn.commit();
            return Optional.empty();
        }
        return take(txn.delete(folder + "released"), claim);
    }

    private Optional<Claim> restore(Request request, int job, Look look) throws IOException, InterruptedException {
        String run = request.run().uuid();
        Claim claim = claim(request, new JobId(run, job, look.all().revision()));
        Txn txn = etcd.txn("restore " + claim).ifValue(tree.run(request.id()), run)
                .ifUnchanged(claim.folder() + "run", look.all()).ifUnchanged(claim.folder() + "attempt", look.all())
                .ifAbsent(tree.done(request.id(), job) + "host");
        return take(txn.delete(claim.folder() + "released"), claim);
    }

    private Optional<Claim> take(Txn txn, Claim claim) throws IOException, InterruptedException {
        HexRange range = claim.range();
        long mine = lease.id();
        txn.bind(claim.folder() + "host", host, mine)
                .put(claim.folder() + "range/start", range.start())
                .put(claim.folder() + "range/end", range.end())
                .put(claim.folder() + "run", claim.id().run())
                .put(claim.folder() + "attempt", claim.id().attempt());
        return committed(txn, claim, mine) ? Optional.of(claim) : Optional.empty();
    }

    /**
     * Where the answer is lost, the claim is ours if its host key is bound to our lease. If it is not yet, it may be
     * later: so the lease is given up, and what comes through then is soon an orphan, for anyone.
     */
    private boolean committed(Txn txn, Claim claim, long mine) throws IOException, InterruptedException {
        try {
            return txn.commit();
        } catch (IOException e) {
            lease.drop();
            if (claim.boundTo(mine, claim.read())) {
                lease.resume(mine);
                return true;
            }
            throw e;
        }
    }

    /** The claim that conf.json tells of, if it still stands. */
    Optional<Claim> adopt(Conf conf) throws IOException, InterruptedException {
        Look look = Look.at(etcd, tree);
        Optional<Claim> claim = look.requests().stream()
                .filter(request -> request.begun() && request.id().equals(conf.request())
                        && request.run().uuid().equals(conf.id().run()) && conf.id().job() < request.terms().jobs())
                .map(request -> claim(request, conf.id())).findFirst();
        return claim.isPresent() && claim.get().stands(claim.get().read()) ? claim : Optional.empty();
    }

    /** A new job that nobody else claims, and yet cannot be had twice: its keys stand already, by a user's hand. */
    private void tellOfCollision(Request request, Claim claim, Look look) throws IOException, InterruptedException {
        Snapshot.Key at = look.all().keys().get(request.begun() ? tree.next(request.id()) : tree.request(request.id())
                + "job");
        if (at.equals(lostAt)) {
            etcd.txn("tell of request " + request.id()).ifUnchanged(at.name(), look.all())
                    .put(tree.error(request.id()), claim.folder() + " or " + tree.done(request.id(), claim.id().job())
                            + " stands already: delete it, and then this key").commit();
        }
        lostAt = at;
    }

    private Claim claim(Request request, JobId id) {
        return new Claim(etcd, tree, host, request.id(), id, request.terms());
    }
}
