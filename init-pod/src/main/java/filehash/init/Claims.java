package filehash.init;

import filehash.pod.HexRange;
import filehash.pod.JobId;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds a job to do and claims it, by one transaction each:
 *
 * <p>The first claim of a request compares that root, job and method are as they were read, that there is no run, and
 * that nothing stands below /wip or /done of that job; it makes the run and fixes what it was asked for. A later one
 * compares the run and the revision of run/next instead, and advances it. So of any number of pods that read the same
 * next job, one gets it; and job, next and the keys below /wip always agree, because they change together.
 */
final class Claims {
    private final Etcd etcd;
    private final Tree tree;
    private final Lease lease;
    private final String host;

    Claims(Etcd etcd, Tree tree, Lease lease, String host) {
        this.etcd = etcd;
        this.tree = tree;
        this.lease = lease;
        this.host = host;
    }

    /** Claims the job that is next in this look, if any; nothing too where another pod was faster. */
    Optional<Claim> next(Look look) throws IOException, InterruptedException {
        for (Request request : look.requests()) {
            if (request.unclaimed()) {
                return request.run() == null ? first(request, look.all()) : later(request);
            }
        }
        return Optional.empty();
    }

    private Optional<Claim> first(Request request, Snapshot all) throws IOException, InterruptedException {
        String folder = tree.request(request.id());
        Request.Terms terms = request.terms();
        JobId id = new JobId(UUID.randomUUID().toString(), 0, 1);
        Txn txn = etcd.txn("begin request " + request.id());
        for (String name : new String[] {"root", "job", "method"}) {
            txn.ifUnchanged(folder + name, all.modified(folder + name));
        }
        txn.ifAbsent(tree.run(request.id())).ifAbsent(tree.done(request.id()) + "run")
                .put(folder + "run", id.run())
                .put(folder + "run/root", terms.root())
                .put(folder + "run/method", terms.methodNames())
                .put(folder + "run/jobs", terms.jobs())
                .put(folder + "left", terms.jobs());
        return take(txn, request, id);
    }

    private Optional<Claim> later(Request request) throws IOException, InterruptedException {
        Request.Run run = request.run();
        JobId id = new JobId(run.uuid(), run.next(), 1);
        return take(etcd.txn("claim request " + request.id() + ", " + id).ifValue(tree.run(request.id()), run.uuid())
                .ifUnchanged(tree.request(request.id()) + "run/next", run.nextAt()), request, id);
    }

    private Optional<Claim> take(Txn txn, Request request, JobId id) throws IOException, InterruptedException {
        Claim claim = new Claim(etcd, tree, host, request.id(), id, request.terms());
        HexRange range = claim.range();
        txn.ifAbsent(claim.folder() + "run").ifAbsent(tree.done(request.id(), id.job()) + "host")
                .put(tree.request(request.id()) + "run/next", id.job() + 1)
                .put(tree.request(request.id()) + "job", request.terms().jobs() - id.job() - 1)
                .put(claim.folder() + "host", host, lease.id())
                .put(claim.folder() + "range/start", range.start())
                .put(claim.folder() + "range/end", range.end())
                .put(claim.folder() + "run", id.run())
                .put(claim.folder() + "attempt", id.attempt());
        return committed(txn, claim) ? Optional.of(claim) : Optional.empty();
    }

    /**
     * Where the answer is lost, what counts is whether the host key is bound to our own lease; and if it is not yet,
     * then the end of the lease keeps it from coming later.
     */
    private boolean committed(Txn txn, Claim claim) throws IOException, InterruptedException {
        long mine = lease.id();
        try {
            return txn.commit();
        } catch (IOException e) {
            Snapshot now = claim.read();
            boolean ours = now.has(claim.folder() + "host") && now.keys().get(claim.folder() + "host").lease() == mine
                    && claim.stands(now);
            if (!ours) {
                lease.revoke();
                throw e;
            }
            return true;
        }
    }
}
