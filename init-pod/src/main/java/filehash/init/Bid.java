package filehash.init;

import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.pod.HexRange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The part that all claims share: what makes a job ours, and what is done when the answer is lost. */
final class Bid {
    private final Lease lease;
    private final String host;

    Bid(Lease lease, String host) {
        this.lease = lease;
        this.host = host;
    }

    /**
     * What became of a try.
     *
     * @param claim null for none
     * @param index which of the jobs it was; -1 for none
     * @param otherwise what stands instead, where it is none
     */
    record Result(Claim claim, int index, Snapshot otherwise) {
    }

    /** Tries once. */
    Result place(Map<Claim, Txn> jobs, Range... otherwise) throws IOException, InterruptedException {
        long mine = lease.id();
        jobs.forEach((claim, txn) -> {
            HexRange range = claim.range();
            txn.bind(claim.folder() + "host", host, mine)
                    .put(claim.folder() + "range/start", range.start())
                    .put(claim.folder() + "range/end", range.end())
                    .put(claim.folder() + "run", claim.id().run())
                    .put(claim.folder() + "attempt", claim.id().attempt());
        });
        List<Claim> claims = List.copyOf(jobs.keySet());
        try {
            Txn.Result result = Txn.commitFirst(List.copyOf(jobs.values()), otherwise);
            return new Result(result.index() < 0 ? null : claims.get(result.index()), result.index(),
                    result.otherwise());
        } catch (IOException e) {
            return new Result(ours(claims, mine, e), 0, null);
        }
    }

    /**
     * Where the answer is lost, the claim is ours if its host key is bound to our lease. If there is none yet, it may
     * be later: so the lease is given up, and what comes through then is soon an orphan, for anyone.
     */
    private Claim ours(List<Claim> claims, long mine, IOException lost) throws IOException, InterruptedException {
        lease.drop();
        for (Claim claim : claims) {
            if (claim.boundTo(mine, claim.read())) {
                lease.resume(mine);
                return claim;
            }
        }
        throw lost;
    }
}
