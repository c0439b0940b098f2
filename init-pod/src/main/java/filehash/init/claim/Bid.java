package filehash.init.claim;

import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.JobKeys;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Commits the transaction of a claim. It adds what all claims write, and finds out whose the job is if the answer of
 * etcd is lost.
 */
final class Bid {
    private final Lease lease;
    private final String host;

    Bid(Lease lease, String host) {
        this.lease = lease;
        this.host = host;
    }

    /**
     * The outcome of several offers.
     *
     * @param claim the claim that is ours now, or null
     * @param index the index of its offer, or -1
     * @param otherwise what the transaction read if no offer was applied
     */
    record Taken(Claim claim, int index, Snapshot otherwise) {
    }

    /** A claim, and the transaction that makes it ours. */
    record Offer(Claim claim, Txn txn) {
    }

    Optional<Claim> place(Claim claim, Txn txn) throws IOException, InterruptedException {
        return Optional.ofNullable(place(List.of(new Offer(claim, txn))).claim());
    }

    /** Tries once to apply one of the offers, the first that can be; if none can, the transaction reads the ranges. */
    Taken place(List<Offer> offers, Range... otherwise) throws IOException, InterruptedException {
        long mine = lease.obtain();
        for (Offer offer : offers) {
            Claim claim = offer.claim;
            JobKeys keys = claim.keys();
            claim.range().write(offer.txn.bind(keys.host(), host, mine), keys);
            offer.claim.unheld(offer.txn).put(keys.run(), claim.id().run()).put(keys.attempt(), claim.id().attempt());
        }
        try {
            Txn.Result result = Txn.commitFirst(offers.stream().map(Offer::txn).toList(), otherwise);
            return new Taken(result.index() < 0 ? null : offers.get(result.index()).claim, result.index(),
                    result.otherwise());
        } catch (IOException e) {
            return new Taken(ours(offers, mine, e), 0, null);
        }
    }

    /**
     * If the answer is lost, the claim is ours if its host key is bound to our lease. If the key is not there, the
     * transaction may still be applied later; so this lease is given up, and whatever is applied under it soon becomes
     * an orphan that any pod can take over.
     */
    private Claim ours(List<Offer> offers, long mine, IOException lost) throws IOException, InterruptedException {
        lease.orphan();
        for (Offer offer : offers) {
            if (offer.claim.boundTo(mine, offer.claim.read())) {
                lease.resume(mine);
                return offer.claim;
            }
        }
        throw lost;
    }
}
