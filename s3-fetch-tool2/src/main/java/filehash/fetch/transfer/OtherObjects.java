package filehash.fetch.transfer;

import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Errors;
import filehash.program.Stop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks for other objects than one that cannot be had: only where S3 gives some of them is it that object's own failure.
 * Each is asked for its first bytes alone. Safe for use by several threads.
 */
public final class OtherObjects {
    /** Of those ahead, and of the folder's first: an outage of rights refuses them all. */
    private static final int MOST = 100;
    /** At least so much of another says that bodies come whole. */
    private static final long BODY = 1 << 20;
    private static final int FEW = 5;

    private final Bucket bucket;
    private final Listing listing;
    private final Retry retry;
    /** The last that was had after a refusal: asked for first, else each refusal in a denied folder costs hundreds. */
    private volatile Item had;

    public OtherObjects(Bucket bucket, Listing listing, Retry retry) {
        this.bucket = bucket;
        this.listing = listing;
        this.retry = retry;
    }

    /** Whether there is enough to choose from. */
    public boolean known() {
        return listing.isAhead();
    }

    /** @return null where S3 gives one of them, asked for from now on; else the refusals in words */
    public String refusal(Item not, Stop stop) throws Refusal, InterruptedException {
        Item before = had;
        if (before != null && !before.name().equals(not.name()) && refusal(List.of(before), stop) == null) {
            return null;
        }
        List<Item> ahead = some(MOST, listing.ahead());
        String last = refusal(ahead, stop);
        if (!ahead.isEmpty() && last == null) {
            return null;
        }
        // those ahead may all be in a folder of their own that is denied
        Set<String> asked = ahead.stream().map(Item::name).collect(Collectors.toSet());
        List<Item> first = some(MOST, retry.until(stop, () -> first(not)).stream()
                .filter(item -> !asked.contains(item.name())).toList());
        if (!first.isEmpty()) {
            last = refusal(first, stop);
        }
        int others = ahead.size() + first.size();
        return others == 0 ? "there is no other object"
                : last == null ? null : others + " others as well, the last with " + last;
    }

    /** @return null where S3 gives one of them; else the last refusal in words */
    private String refusal(List<Item> others, Stop stop) throws Refusal, InterruptedException {
        String last = null;
        for (Item other : others) {
            try {
                retry.until(stop, () -> touched(other));
                had = other;
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
        return last;
    }

    /** Whether so many bytes of another come now. Where there is no such object, nothing is known. */
    boolean come(Item not, long bytes) throws Refusal {
        List<Item> others = some(FEW, listing.ahead().stream().filter(item -> item.size() >= bytes).toList());
        try {
            if (others.size() < FEW) {
                first(not).stream().filter(item -> item.size() >= bytes).limit(FEW - others.size())
                        .forEach(others::add);
            }
        } catch (IOException e) {
            return false; // an outage, which the failure of the one that asks reports
        }
        for (Item other : others) {
            try {
                bucket.touch(other, Math.max(bytes, BODY));
                return true;
            } catch (Refusal e) {
                if (e.ofAttempt()) {
                    throw e;
                }
            } catch (IOException e) {
                continue; // an outage, or it is as broken as the one that asks
            }
        }
        return false;
    }

    /** Of the whole folder, those that are listed first. */
    private List<Item> first(Item not) throws IOException, Refusal {
        return bucket.list(null, null).items().stream()
                .filter(item -> !item.name().isEmpty() && !item.name().equals(not.name())).toList();
    }

    /** At most so many, spread over all of them. */
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
            bucket.touch(item, 1);
            return true;
        } catch (S3Errors.Doubtful e) {
            throw e.refusal(); // it is only one of many
        }
    }
}
