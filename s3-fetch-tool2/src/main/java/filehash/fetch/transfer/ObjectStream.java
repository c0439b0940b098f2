package filehash.fetch.transfer;

import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.S3Checksum;
import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import filehash.pod.StreamEnd;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * A large object on its way through files/, in segments. Connections take them in order and fetch them side by side. A
 * segment is published once it and all before it are complete, and the hasher removes it when its bytes are digested.
 * So few segments exist at any time, however large the object is. Thread-safe; nothing is created after {@link #close}.
 */
public final class ObjectStream implements AutoCloseable {
    /** The hasher sends no event when it removes a segment. */
    private static final Duration LOOK = Duration.ofMillis(1);

    private final Segments segments;
    private final Item item;
    private final long size;
    private final int most;
    private Segment first;
    /** The CRCs of the segments that are complete and not published. */
    private final Map<Integer, Long> complete = new HashMap<>();
    private volatile RunningChecksum checksum = new RunningChecksum(null);
    private int next;
    private int published;
    private int removed;
    private boolean reported;
    private boolean closed;

    /**
     * @param size the bytes of a segment
     * @param most how many segments may exist, unfinished ones included
     */
    public ObjectStream(Segments segments, Item item, long size, int most) {
        this.segments = segments;
        this.item = item;
        this.size = size;
        this.most = most;
        this.first = Segments.begin(item.name());
    }

    int count() {
        return Math.toIntExact((item.size() + size - 1) / size);
    }

    /** Begins again, as another stream, because the server cannot send a part of the object. */
    synchronized void restart() throws IOException {
        if (next > 0 && !closed) {
            remove();
            first = Segments.begin(item.name());
            complete.clear();
            next = 0;
            published = 0;
            removed = 0;
        }
    }

    /** Sets what S3 reports for the whole object, or null. Called before any segment is complete. */
    void expect(S3Checksum expected) {
        checksum = new RunningChecksum(expected);
    }

    RunningChecksum checksum() {
        return checksum;
    }

    /** Takes the next segment, once there is room for it. Returns its number, or -1 if none is left. */
    int take(StopSignal stop) {
        Integer taken = taken();
        while (taken == null) {
            pause(stop);
            taken = taken();
        }
        return taken;
    }

    /** Whether the caller got the segment after this one. It waits for room, but not for long. */
    boolean takeAfter(int number, Duration longest, StopSignal stop) {
        long begun = System.nanoTime();
        while (isNext(number + 1)) {
            if (takes(number + 1)) {
                return true;
            } else if (System.nanoTime() - begun >= longest.toNanos()) {
                return false;
            }
            pause(stop);
        }
        return false;
    }

    private static void pause(StopSignal stop) {
        try {
            if (!stop.await(LOOK)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CancellationException("stopped");
    }

    private synchronized boolean isNext(int number) {
        return next == number && number < count();
    }

    private synchronized boolean takes(int number) {
        return isNext(number) && hasRoom() && next++ == number;
    }

    /** Null if there is no room. */
    private synchronized Integer taken() {
        return next == count() ? Integer.valueOf(-1) : hasRoom() ? next++ : null;
    }

    /** Whether the hasher has to remove a segment before another one can be fetched. */
    public synchronized boolean isFull() {
        return next < count() && !hasRoom();
    }

    private boolean hasRoom() {
        while (removed < published && !segments.exists(first.numbered(removed))) {
            removed++;
        }
        return next - removed < most;
    }

    /** The bytes of one segment, or of all from there to the end. */
    ByteRange range(int number, boolean toTheEnd) {
        long from = number * size;
        return new ByteRange(item, from, toTheEnd ? item.size() - from : Math.min(size, item.size() - from));
    }

    /** Creates the file of a segment. */
    synchronized FileChannel open(int number) throws IOException {
        if (closed) {
            throw new CancellationException("closed");
        }
        return segments.open(first.numbered(number));
    }

    /** A segment is complete. */
    synchronized void came(int number, long itsCrc) throws IOException {
        complete.put(number, itsCrc);
        while (!closed && complete.containsKey(published)) {
            Segment segment = first.numbered(published);
            checksum.add(complete.remove(published), range(published, false).length(), segments.part(segment));
            segments.publish(segment);
            published++;
        }
    }

    /** Whether no segment is missing. It returns true only once, to the connection that then finishes the object. */
    synchronized boolean isComplete() {
        boolean isNews = published == count() && !reported;
        reported |= isNews;
        return isNews;
    }

    /** What closes the stream in files/. */
    public synchronized StreamEnd end() {
        return new StreamEnd(first.stream(), published, item.size());
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** Removes what the hasher has not, after the stream was closed. */
    public synchronized void discard() throws IOException {
        close();
        remove();
    }

    /** From the last to the first: while one exists, the hasher may conclude from a missing one before it. */
    private void remove() throws IOException {
        for (int i = next - 1; i >= removed; i--) {
            segments.remove(first.numbered(i));
        }
    }
}
