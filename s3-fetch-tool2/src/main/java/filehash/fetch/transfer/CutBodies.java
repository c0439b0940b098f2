package filehash.fetch.transfer;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.program.StopSignal;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Counts the bodies of one object that arrived with another length than listed, and decides when the object counts as
 * incomplete. After the first, a body counts only if S3 then sends more of another object than of this one; otherwise
 * an outage or the limit of a proxy may have cut it. If there is no such object, the verdict takes much longer, but it
 * comes: the downside is that an outage which cuts bodies for hours costs rows. A body that falls silent counts towards
 * the longer time only, and only while other objects arrive, because a network falls silent too. While a limit of /conf
 * slows bodies down, all cuts count towards the longer time, because servers cut bodies that are read slowly. Every
 * other try accepts gzip, because some servers decompress a stored gzip object unless the request accepts gzip.
 * Thread-safe.
 */
final class CutBodies {
    private final Item item;
    private final OtherObjects others;
    private final RetryPolicy.Bound bound;
    private final RetryPolicy.Bound longer;
    private final BooleanSupplier limited;
    private final StopSignal stop;
    private volatile boolean gzip;

    /** @param limited whether bytes are read no faster than a limit allows */
    CutBodies(Item item, OtherObjects others, RetryPolicy policy, BooleanSupplier limited, StopSignal stop) {
        this.item = item;
        this.others = others;
        this.bound = policy.ofCuts();
        this.longer = policy.ofCutsWithoutOthers();
        this.limited = limited;
        this.stop = stop;
    }

    /** Whether the next request accepts gzip. */
    boolean gzip() {
        return gzip;
    }

    /** A chunk arrived: the count starts over. */
    void over() {
        bound.reset();
        longer.reset();
    }

    /**
     * @param came the number of bytes of the body that arrived
     * @return the failure, if the object may still arrive
     * @throws Refusal if the object counts as incomplete
     */
    IOException after(IOException e, long came) throws Refusal {
        if (stop.requested()) {
            return e;
        }
        long enough = Math.min(came + 1, item.size());
        if (isSilence(e)) {
            if ((longer.count() == 0 || others.come(item, enough)) && longer.passedBy()) {
                throw incomplete(longer, "while other objects arrived", e);
            }
            return e;
        }
        gzip = !gzip;
        if (!limited.getAsBoolean() && (bound.count() == 0 || others.come(item, enough)) && bound.passedBy()) {
            throw incomplete(bound, "while other objects arrived", e);
        }
        if (longer.passedBy()) {
            throw incomplete(longer, "and no other object of at least " + enough + " bytes arrived", e);
        }
        return e;
    }

    private static Refusal incomplete(RetryPolicy.Bound times, String others, IOException last) {
        return Refusal.incomplete(times.count() + " times the body had another length than listed or fell silent, "
                + others + "; the last time: " + last.getMessage());
    }

    private static boolean isSilence(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
