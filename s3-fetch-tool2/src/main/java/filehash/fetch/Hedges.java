package filehash.fetch;

import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Outcome;
import filehash.fetch.transfer.Patience;
import filehash.fetch.transfer.Throttle;
import filehash.fetch.transfer.Transfers;

/**
 * Decides when a small object is asked for a second time because the first answer is late: all that came after it waits
 * for it, so one slow answer in a thousand would set the pace. The downside is requests that cost and bring nothing: at
 * most one in twenty. One thread's.
 */
final class Hedges {
    /** Only these few of the window hold the others up. */
    static final int FIRST = 4;
    private static final int TIMES = 4;
    private static final int ONE_IN = 20;
    /** By what part of itself the median moves towards each answer. */
    private static final int STEPS = 32;

    private final Throttle throttle;
    private final Counts counts;
    private final long late;
    private long answered;
    private long hedged;
    private long median;

    Hedges(Throttle throttle, Patience patience, Counts counts) {
        this.throttle = throttle;
        this.late = patience.late().toNanos();
        this.counts = counts;
    }

    /** Learns how long an answer takes. */
    void see(Download download) {
        if (download.inMemory() && download.outcome() instanceof Outcome.Done && download.askedAt() != 0) {
            long took = download.endedAt() - download.askedAt();
            median = answered == 0 ? took : median + Long.signum(took - median) * (median / STEPS + 1);
            answered++;
        }
    }

    /** Asks again for what is late of the first ones. */
    void look(Downloads running, Transfers transfers) {
        for (int i = 0; i < Math.min(FIRST, running.size()); i++) {
            Download download = running.get(i);
            // a server that asks for fewer requests gets none that may be in vain
            if (isLate(download) && hedged * ONE_IN <= answered && throttle.limit() == throttle.most()) {
                hedged++;
                counts.hedged();
                download.hedged();
                transfers.hedge(download);
            }
        }
    }

    private boolean isLate(Download download) {
        return download.inMemory() && download.outcome() == null && !download.isHedged() && download.askedAt() != 0
                && System.nanoTime() - download.askedAt() > Math.max(late, TIMES * median);
    }
}
