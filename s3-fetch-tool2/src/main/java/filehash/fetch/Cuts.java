package filehash.fetch;

import filehash.pod.Stop;
import java.io.IOException;

/**
 * Counts the bodies of one object that came with another length than listed. But for the first, only those count after
 * which S3 gave another object, else it may be an outage. Every other try accepts gzip: some servers unpack what is
 * stored so unless the request accepts it. Safe for use by several threads.
 */
final class Cuts {
    private final Item item;
    private final Others others;
    private final Patience.Bound bound;
    private final Stop stop;
    private volatile boolean gzip;

    Cuts(Item item, Others others, Patience patience, Stop stop) {
        this.item = item;
        this.others = others;
        this.bound = patience.ofCuts();
        this.stop = stop;
    }

    /** Whether the next request says that gzip will do. */
    boolean gzip() {
        return gzip;
    }

    /** A part of it came after all. */
    void over() {
        bound.reset();
    }

    /**
     * @return the failure, where it may pass
     * @throws Refusal where it has come too often
     */
    IOException after(IOException e) throws Refusal {
        gzip = !gzip;
        boolean counts = !stop.requested() && (bound.count() == 0 || others.come(item));
        if (counts && bound.passedBy()) {
            throw Refusal.incomplete(bound.count() + " times its body had another length than listed, while other "
                    + "objects came; the last: " + e.getMessage());
        }
        return e;
    }
}
