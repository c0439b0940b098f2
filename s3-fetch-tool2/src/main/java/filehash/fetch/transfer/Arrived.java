package filehash.fetch.transfer;

import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The segments of one stream that are complete. Each is published once all before it are. Guarded by
 * {@link ObjectStream}.
 */
final class Arrived {
    private final Segments segments;
    private final Segment first;
    /** The CRCs of the segments that are complete and not published. */
    private final Map<Integer, Long> complete = new HashMap<>();
    private int published;
    private int removed;

    /** The length of a segment. */
    interface Length {
        long of(int number);
    }

    Arrived(Segments segments, Segment first) {
        this.segments = segments;
        this.first = first;
    }

    Segment segment(int number) {
        return first.numbered(number);
    }

    void add(int number, long itsCrc, RunningChecksum checksum, Length length) throws IOException {
        complete.put(number, itsCrc);
        while (complete.containsKey(published)) {
            Segment segment = segment(published);
            checksum.add(complete.remove(published), length.of(published), segments.part(segment));
            segments.publish(segment);
            published++;
        }
    }

    int published() {
        return published;
    }

    /** How many of the first segments the hasher has taken. */
    int removed() {
        while (removed < published && !segments.exists(segment(removed))) {
            removed++;
        }
        return removed;
    }

    /**
     * Removes what is left, the last one first: while one exists, the hasher may conclude from a missing one before it.
     *
     * @param end the number after the last segment that was begun
     */
    void discard(int end) throws IOException {
        for (int i = end - 1; i >= removed; i--) {
            segments.remove(segment(i));
        }
        segments.removeSpare(first); // last: from now on the hasher leaves no other one
    }
}
