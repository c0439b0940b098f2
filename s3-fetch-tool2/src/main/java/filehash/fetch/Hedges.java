package filehash.fetch;

import filehash.fetch.http.Quota;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Outcome;
import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.Throttle;
import filehash.fetch.transfer.Transfers;

/**
 * Decides when to send a second request for a small object because the first response is late (a hedged request).
 * Objects are published in order, so one slow response in a thousand would set the pace. The downside is that up to one
 * request in twenty is wasted. Owned by one thread.
 */
final class Hedges {
    /** Only the first few of the window hold up the others. */
    static final int FIRST = 4;
    private static final int TIMES = 4;
    private static final int ONE_IN = 20;
    /** The median moves towards each answer by one part in so many. */
    private static final int STEPS = 32;

    private final Throttle throttle;
    private final Quota quota;
    private final FetcherCounts counts;
    private final long late;
    private long answered;
    private long hedged;
    private long median;

    Hedges(Throttle throttle, Quota quota, RetryPolicy policy, FetcherCounts counts) {
        this.throttle = throttle;
        this.quota = quota;
        this.late = policy.late().toNanos();
        this.counts = counts;
    }

    /** Learns from a response how long one takes. */
    void see(Download download) {
        if (isSmall(download) && download.outcome() instanceof Outcome.Done && download.askedAt() != 0) {
            long took = download.endedAt() - download.askedAt();
            median = answered == 0 ? took : median + Long.signum(took - median) * (median / STEPS + 1);
            answered++;
        }
    }

    /** Sends second requests for the first downloads that are late. */
    void look(Downloads running, Transfers transfers) {
        for (int i = 0; i < Math.min(FIRST, running.size()); i++) {
            Download download = running.get(i);
            // a server that throttles gets no second requests, nor one for which a limit is set
            if (isLate(download) && hedged * ONE_IN <= answered && throttle.limit() == throttle.most()
                    && !quota.isSet()) {
                hedged++;
                counts.hedged();
                download.hedged();
                transfers.hedge(download);
            }
        }
    }

    private boolean isLate(Download download) {
        return isSmall(download) && download.outcome() == null && !download.isHedged() && download.askedAt() != 0
                && System.nanoTime() - download.askedAt() > Math.max(late, TIMES * median);
    }

    /** For a larger object the bytes of a second response cost more than the time that it saves. */
    private static boolean isSmall(Download download) {
        return download.inMemory() && download.item().size() <= Capacity.SMALL;
    }
}
