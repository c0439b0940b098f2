package filehash.fetch.plan;

import filehash.pod.Names;

/**
 * Guesses how many objects a stretch has that is not listed to its end, and divides them evenly over the names that are
 * left. The guess is often wrong, and then the jobs are uneven.
 */
final class Estimate {
    private static final long PAGE = 1000;
    private static final double LEAST = 0.25;
    private static final double MOST = 16;
    private static final int MOST_PIECES = 64;

    private Estimate() {
    }

    /** Adds the objects that the stretch probably still has. */
    static void add(Stretch stretch, Pieces pieces, Alphabet alphabet) {
        if (stretch.objects == 0) {
            return;
        }
        String end = stretch.end == null ? CodePoints.afterAll(CodePoints.of(stretch.cursor), 1) : stretch.end;
        double objects = Math.max(PAGE, stretch.objects) * ratio(stretch, end, alphabet);
        double bytes = objects / stretch.objects * stretch.bytes;
        int count = (int) Math.max(1, Math.min(MOST_PIECES, Cost.of(objects, bytes) / Math.max(1, pieces.limit())));
        Piece piece = stretch.tail();
        piece.guess(objects / count, bytes / count);
        for (int i = 1; i < count; i++) {
            String pivot = end == null ? null : new Between(stretch.cursor, end, alphabet).at((double) i / count);
            if (pivot != null && Names.ORDER.compare(piece.first, pivot) < 0) {
                piece = pieces.begin(piece, pivot);
            }
            piece.guess(objects / count, bytes / count);
        }
    }

    /** How much of the names is left, measured by what was listed. */
    private static double ratio(Stretch stretch, String end, Alphabet alphabet) {
        int[] cursor = CodePoints.of(stretch.cursor);
        int alike = CodePoints.shared(CodePoints.of(stretch.first), cursor);
        String top = end != null && CodePoints.shared(cursor, CodePoints.of(end)) >= alike ? end
                : CodePoints.afterAll(cursor, alike);
        if (top == null || stretch.first.equals(stretch.cursor)) {
            return 1;
        }
        double listed = new Between(stretch.first, top, alphabet).place(stretch.cursor);
        return Math.max(LEAST, Math.min(MOST, (1 - listed) / listed));
    }
}
