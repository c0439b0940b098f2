package filehash.init;

import filehash.pod.JobId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Claims jobs that were claimed before, by one transaction each. What it compares:
 *
 * <ul><li>An orphan: the run, that the job is of it, its attempt, failures and release as they were read, and that
 * nobody is host. It writes attempt + 1, and nothing of the earlier attempt comes through any more.
 * <li>What a user deleted below /wip: the run, that the job is not done, and what is left of it. It begins at etcd's
 * revision, which is above any attempt that ever was, since each took a revision.</ul>
 */
final class Takeover {
    private final Etcd etcd;
    private final Tree tree;
    private final Bid bid;
    private final String host;
    private final int maxAttempts;

    Takeover(Etcd etcd, Tree tree, Bid bid, String host, int maxAttempts) {
        this.etcd = etcd;
        this.tree = tree;
        this.bid = bid;
        this.host = host;
        this.maxAttempts = maxAttempts;
    }

    /** Nothing where another pod was faster, or the job had to be parked. */
    Optional<Claim> orphan(Request request, int job) throws IOException, InterruptedException {
        String folder = tree.wip(request.id(), job);
        Snapshot now = etcd.read(Range.folder(folder), Range.key(tree.left(request.id())));
        String run = request.run().uuid();
        String attempt = now.value(folder + "attempt");
        if (attempt == null || !attempt.matches("[0-9]{1,18}") || !run.equals(now.value(folder + "run"))) {
            etcd.txn("clear " + folder).ifValue(tree.run(request.id()), run).ifUnchanged(folder + "run", now)
                    .ifUnchanged(folder + "attempt", now).deleteFolder(folder).commit(); // a user's hand
            return Optional.empty();
        }
        Claim claim = new Claim(etcd, tree, host, request.id(),
                new JobId(run, job, Long.parseLong(attempt) + 1), request.terms());
        Txn txn = etcd.txn("take over " + claim).ifValue(tree.run(request.id()), run).ifValue(folder + "run", run)
                .ifUnchanged(folder + "attempt", now).ifUnchanged(folder + "failures", now)
                .ifUnchanged(folder + "released", now).ifAbsent(folder + "host").ifAbsent(folder + "error");
        boolean lost = !now.has(folder + "released") && !Claim.stored(folder, now);
        if (lost && Failures.read(now.value(folder + "failures")).andLost()
                .enter(txn, tree, request.id(), job, maxAttempts, now)) {
            txn.commit();
            return Optional.empty();
        }
        return Optional.ofNullable(bid.place(Map.of(claim, txn.delete(folder + "released"))).claim());
    }

    /** A job that was claimed once, and has lost its keys. */
    Optional<Claim> deleted(Request request, int job, Snapshot all) throws IOException, InterruptedException {
        String run = request.run().uuid();
        Claim claim = new Claim(etcd, tree, host, request.id(), new JobId(run, job, all.revision()),
                request.terms());
        Txn txn = etcd.txn("restore " + claim).ifValue(tree.run(request.id()), run)
                .ifUnchanged(claim.folder() + "run", all).ifUnchanged(claim.folder() + "attempt", all)
                .ifAbsent(tree.done(request.id(), job) + "host");
        return Optional.ofNullable(bid.place(Map.of(claim, txn.delete(claim.folder() + "released"))).claim());
    }
}
