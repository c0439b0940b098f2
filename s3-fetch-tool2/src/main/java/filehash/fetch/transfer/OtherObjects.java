package filehash.fetch.transfer;

import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Errors;
import filehash.program.StopSignal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Probes other objects after one has failed: the failure is that object's own only if S3 sends another one. A probe
 * reads the first bytes of an object. Thread-safe.
 */
public final class OtherObjects {
    /** The most probes of the names ahead, and again of the folder's first names. */
    private static final int MOST = 100;
    /** A probe of a body reads at least so much. */
    private static final long BODY = 1 << 20;
    private static final int FEW = 5;

    private final Bucket bucket;
    private final Listing listing;
    private final Retry retry;
    /**
     * The last object that a probe could read. It is probed first; otherwise each refusal in a denied folder would cost
     * hundreds of probes.
     */
    private volatile Item readable;

    public OtherObjects(Bucket bucket, Listing listing, Retry retry) {
        this.bucket = bucket;
        this.listing = listing;
        this.retry = retry;
    }

    /** Whether the listing knows enough objects to choose from. */
    public boolean known() {
        return listing.isAhead();
    }

    /** @return null if S3 sends one of them, requested from now on; otherwise a description of the refusals */
    public String refusal(Item not, StopSignal stop) throws Refusal, InterruptedException {
        Item before = readable;
        if (before != null && !before.name().equals(not.name())
                && isAnyReadable(List.of(before), new ArrayList<>(), stop)) {
            return null;
        }
        List<String> refusals = new ArrayList<>();
        List<Item> ahead = some(MOST, listing.ahead());
        if (isAnyReadable(ahead, refusals, stop)) {
            return null;
        }
        // the objects ahead may all be in a folder that is denied
        Set<String> asked = ahead.stream().map(Item::name).collect(Collectors.toSet());
        List<Item> first = some(MOST, retry.until(stop, () -> first(not)).stream()
                .filter(item -> !asked.contains(item.name())).toList());
        if (isAnyReadable(first, refusals, stop)) {
            return null;
        }
        return refusals.isEmpty() ? "there is no other object" : refusals.size()
                + " others are refused as well, the last one: " + refusals.get(refusals.size() - 1);
    }

    /** @param refusals receives a message for each that is refused */
    private boolean isAnyReadable(List<Item> others, List<String> refusals, StopSignal stop)
            throws Refusal, InterruptedException {
        for (Item other : others) {
            try {
                retry.until(stop, () -> touched(other));
                readable = other;
                return true;
            } catch (Refusal e) {
                if (e.ofAttempt()) {
                    throw e;
                }
                if (e.provesRights()) {
                    return true;
                }
                if (e.isMatterOfRights()) { // otherwise it is gone or changed, which proves nothing
                    refusals.add(e.getMessage());
                }
            }
        }
        return false;
    }

    /** Whether S3 sends so many bytes of another object now. False also means that there is no such object. */
    boolean come(Item not, long bytes) throws Refusal {
        List<Item> others = some(FEW, listing.ahead().stream().filter(item -> item.size() >= bytes).toList());
        try {
            if (others.size() < FEW) {
                first(not).stream().filter(item -> item.size() >= bytes).limit(FEW - others.size())
                        .forEach(others::add);
            }
        } catch (IOException e) {
            return false; // an outage, which the failure of the first object reports
        } catch (Refusal e) {
            if (e.ofAttempt()) {
                throw e;
            }
            return false; // the refused page is not the fault of the object that was cut
        }
        for (Item other : others) {
            try {
                bucket.probe(other, Math.max(bytes, BODY));
                return true;
            } catch (Refusal e) {
                if (e.ofAttempt()) {
                    throw e;
                }
            } catch (IOException e) {
                continue; // an outage, or this object is cut too
            }
        }
        return false;
    }

    /** The first names of the whole folder. */
    private List<Item> first(Item not) throws IOException, Refusal {
        return bucket.list(null, null).items().stream()
                .filter(item -> !item.name().isEmpty() && !item.name().equals(not.name())).toList();
    }

    /** A sample, spread evenly. */
    private static List<Item> some(int most, List<Item> all) {
        int many = Math.min(most, all.size());
        List<Item> some = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            some.add(all.get(i * all.size() / many));
        }
        return some;
    }

    private boolean touched(Item item) throws IOException, Refusal {
        try {
            bucket.probe(item, 1);
            return true;
        } catch (S3Errors.Doubtful e) {
            throw e.refusal(); // one doubtful answer is enough for a probe
        }
    }
}
