package filehash.fetch.transfer;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.program.Stop;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * Counts the bodies of one object that came with another length than listed. But for the first, only those count after
 * which S3 gave more of another object than of this one, else it may be an outage, or the limit of a proxy. Where
 * there is no such object, it takes much longer, but not for ever: the downside is that an outage of hours which cuts
 * bodies costs rows. Bodies that fall silent count for the long time alone, and only while others come: a network
 * falls silent too. Every other try accepts gzip: some servers unpack what is stored so unless the request accepts
 * it. Safe for use by several threads.
 */
final class CutBodies {
    private final Item item;
    private final OtherObjects others;
    private final Patience.Bound bound;
    private final Patience.Bound longer;
    private final Stop stop;
    private volatile boolean gzip;

    CutBodies(Item item, OtherObjects others, Patience patience, Stop stop) {
        this.item = item;
        this.others = others;
        this.bound = patience.ofCuts();
        this.longer = patience.ofCutsWithoutOthers();
        this.stop = stop;
    }

    /** Whether the next request says that gzip will do. */
    boolean gzip() {
        return gzip;
    }

    /** A part of it came after all. */
    void over() {
        bound.reset();
        longer.reset();
    }

    /**
     * @param came how many bytes the body had
     * @return the failure, where it may pass
     * @throws Refusal where it has come too often
     */
    IOException after(IOException e, long came) throws Refusal {
        if (stop.requested()) {
            return e;
        }
        long enough = Math.min(came + 1, item.size());
        if (isSilence(e)) {
            if ((longer.count() == 0 || others.come(item, enough)) && longer.passedBy()) {
                throw incomplete(longer, "while other objects came", e);
            }
            return e;
        }
        gzip = !gzip;
        if ((bound.count() == 0 || others.come(item, enough)) && bound.passedBy()) {
            throw incomplete(bound, "while other objects came", e);
        }
        if (longer.passedBy()) {
            throw incomplete(longer, "and no other object of at least " + enough + " bytes came", e);
        }
        return e;
    }

    private static Refusal incomplete(Patience.Bound times, String others, IOException last) {
        return Refusal.incomplete(times.count() + " times its body had another length than listed or fell silent, "
                + others
                + "; the last: " + last.getMessage());
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
