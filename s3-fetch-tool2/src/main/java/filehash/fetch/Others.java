package filehash.fetch;

import filehash.pod.Stop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for other objects than one that cannot be had: only where S3 gives some of them is it that object's own failure.
 * Each is asked for its first byte alone. Safe for use by several threads.
 */
final class Others {
    /** So many of those that are listed ahead, spread over all of them: an outage of rights refuses them all. */
    private static final int MOST = 100;

    private final Bucket bucket;
    private final Listing listing;
    private final Retry retry;

    Others(Bucket bucket, Listing listing, Retry retry) {
        this.bucket = bucket;
        this.listing = listing;
        this.retry = retry;
    }

    /** Whether there is enough to choose from. */
    boolean known() {
        return listing.isAhead();
    }

    /** @return null where S3 gives one of them, asked for from now on; else the refusals in words */
    String refusal(Item not, Stop stop) throws Refusal, InterruptedException {
        List<Item> others = others(not, stop);
        String last = "";
        for (Item other : others) {
            try {
                retry.until(stop, () -> touched(other));
                return null;
            } catch (Refusal e) {
                if (e.ofAttempt()) {
                    throw e;
                }
                if (!e.isMatterOfRights()) {
                    return null; // as an archived one: S3 says so only to those who may read it
                }
                last = e.getMessage();
            }
        }
        return others.isEmpty() ? "there is no other object" : others.size() + " others as well, the last with " + last;
    }

    /** Where the job has few left, those of the whole folder that are listed first serve too. */
    private List<Item> others(Item not, Stop stop) throws Refusal, InterruptedException {
        List<Item> ahead = listing.ahead();
        int most = Math.min(MOST, ahead.size());
        List<Item> others = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            others.add(ahead.get(i * ahead.size() / most));
        }
        if (others.size() < MOST) {
            retry.until(stop, () -> bucket.list(null, null)).items().stream()
                    .filter(item -> !item.name().isEmpty() && !item.name().equals(not.name()))
                    .limit(MOST - others.size()).forEach(others::add);
        }
        return others;
    }

    private boolean touched(Item item) throws IOException, Refusal {
        try {
            bucket.touch(item, 1);
            return true;
        } catch (ErrorAnswer.Doubtful e) {
            throw e.refusal(); // it is only one of many
        }
    }
}
