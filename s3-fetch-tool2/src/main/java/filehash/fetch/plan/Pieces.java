package filehash.fetch.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The pieces in the order of their names: between them jobs may be cut. When there are too many, neighbours are merged,
 * so memory depends neither on the number of objects nor on their sizes. The downside is that a job can be cut no finer
 * than a piece.
 */
final class Pieces {
    /** The most characters of names that the pieces keep. */
    private static final long MOST_TEXT = 8 << 20;

    private final int most;
    private final Piece head = new Piece("");
    private int count;
    private long text;
    /** The largest cost of a piece of several objects. */
    private double limit;

    Pieces(int most) {
        this.most = most;
    }

    /** Begins a piece after another one. More objects may be added to it. */
    Piece begin(Piece after, String first) {
        Piece piece = new Piece(first);
        piece.open = true;
        piece.next = after.next;
        after.next = piece;
        count++;
        text += first.length();
        return piece;
    }

    /**
     * Counts an object that is the next one after those of an open piece.
     *
     * @return the open piece that has the object: this one or its successor
     */
    Piece add(Piece open, String name, long size) {
        Piece piece = open;
        if (open.objects > 0 && open.cost() + Cost.of(1, size) > limit) {
            piece = begin(open, name);
            open.open = false;
        }
        text += name.length() - (piece.last == null ? 0 : piece.last.length());
        piece.last = name;
        piece.objects++;
        piece.bytes += size;
        return piece;
    }

    /** Merges neighbours until there are few enough. */
    void fit() {
        while (count > most || text > MOST_TEXT) {
            limit = Math.max(Cost.of(2, 0), 2 * limit);
            merge();
        }
    }

    /** Leaves open pieces as they are: a piece is yet to be inserted after each of them. */
    private void merge() {
        for (Piece piece = head.next; piece != null; piece = piece.next) {
            for (Piece next = piece.next; next != null && !piece.open && !next.open
                    && piece.cost() + next.cost() <= limit; next = piece.next) {
                text -= piece.last.length() + next.first.length();
                count--;
                piece.last = next.last;
                piece.objects += next.objects;
                piece.bytes += next.bytes;
                piece.next = next.next;
            }
        }
    }

    /** What stands before the first piece. */
    Piece head() {
        return head;
    }

    double limit() {
        return limit;
    }

    List<Piece> all() {
        List<Piece> all = new ArrayList<>(count);
        for (Piece piece = head.next; piece != null; piece = piece.next) {
            all.add(piece);
        }
        return all;
    }
}
