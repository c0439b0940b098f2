package filehash.fetch.plan;

import filehash.job.Amount;

/** Neighbouring names and what was counted of them. */
final class Piece {
    /** The first name, or where the piece begins by an estimate. */
    String first;
    /** The last listed name, or null if there is none. */
    String last;
    long objects;
    long bytes;
    /** Whether the names after it are still being listed, so that it cannot be merged with the next piece. */
    boolean open;
    Piece next;

    Piece(String first) {
        this.first = first;
    }

    /** Adds objects that were not listed. */
    void guess(double more, double theirBytes) {
        objects += Math.round(more);
        bytes += Math.round(theirBytes);
    }

    Amount amount() {
        return new Amount(objects, bytes);
    }

    double cost() {
        return Cost.of(objects, bytes);
    }
}
