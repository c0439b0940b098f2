package filehash.fetch.transfer;

import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.S3Checksum;
import filehash.pod.Segments;
import filehash.pod.StreamEnd;
import filehash.program.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A large object on its way through files/, in segments. Connections take them in order and fetch them side by side. A
 * segment is published once it and all before it are complete, and the hasher takes it when its bytes are digested.
 * So few segments exist at any time, however large the object is. Thread-safe; nothing is created after {@link #close}.
 */
public final class ObjectStream implements AutoCloseable {
    /** How often a connection looks for room: after a long wait, a little more hardly matters. */
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(10);
    static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private final Segments segments;
    private final Item item;
    private final long size;
    private final int most;
    private Arrived arrived;
    private volatile RunningChecksum checksum = new RunningChecksum(null);
    private int next;
    private int waiting;
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
        this.arrived = new Arrived(segments, Segments.begin(item.name()));
    }

    int count() {
        return Math.toIntExact((item.size() + size - 1) / size);
    }

    /** Begins again, as another stream, because the server cannot send a part of the object. */
    synchronized void restart() throws IOException {
        if (next > 0 && !closed) {
            arrived.discard(next);
            arrived = new Arrived(segments, Segments.begin(item.name()));
            next = 0;
        }
    }

    /** Sets what S3 reports for the whole object, or null. Called before any segment is complete. */
    void expect(S3Checksum expected) {
        checksum = new RunningChecksum(expected);
    }

    RunningChecksum checksum() {
        return checksum;
    }

    /**
     * Takes the next segment, once there is room for it.
     *
     * @param leaves whether the caller does not want to wait any longer
     * @return its number, or -1 if the caller leaves or none is left
     */
    synchronized int take(BooleanSupplier leaves, StopSignal stop) {
        return awaitRoom(() -> next == count() || leaves.getAsBoolean(), FOR_EVER, stop) ? next++ : -1;
    }

    /** Whether the caller got the segment after this one. It waits for room, but not longer than this. */
    synchronized boolean takeAfter(int number, Duration longest, StopSignal stop) {
        boolean taken = awaitRoom(() -> next != number + 1 || next == count(), longest, stop);
        next += taken ? 1 : 0;
        return taken;
    }

    /** Waits for room until it is not needed any more. The hasher sends no event when it takes a segment. */
    private boolean awaitRoom(BooleanSupplier isOver, Duration longest, StopSignal stop) {
        long begun = System.nanoTime();
        waiting++;
        try {
            while (!isOver.getAsBoolean()) {
                long waited = System.nanoTime() - begun;
                if (hasRoom()) {
                    return true;
                } else if (waited >= longest.toNanos()) {
                    return false;
                }
                pause(waited, stop);
            }
            return false;
        } finally {
            waiting--;
            notifyAll(); // there may be more room
        }
    }

    /** Those that wait look in turns, so all of them together look as often as one would. */
    private void pause(long waited, StopSignal stop) {
        try {
            long look = Math.max(SHORTEST.toNanos(), Math.min(LONGEST.toNanos(), waited / 8)) * waiting;
            TimeUnit.NANOSECONDS.timedWait(this, look);
            if (!stop.requested()) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CancellationException("stopped");
    }

    /** Whether the hasher has to remove a segment before another one can be fetched. */
    public synchronized boolean isFull() {
        return next < count() && !hasRoom();
    }

    private boolean hasRoom() {
        return next - arrived.removed() < most;
    }

    /** The bytes of one segment, or of all from there to the end. */
    ByteRange range(int number, boolean toTheEnd) {
        long from = number * size;
        return new ByteRange(item, from, toTheEnd ? item.size() - from : Math.min(size, item.size() - from));
    }

    /** Opens the file of a segment. An IOException would be one of the connection. */
    synchronized FileChannel open(int number) {
        if (closed) {
            throw new CancellationException("closed");
        }
        try {
            return segments.open(arrived.segment(number), range(number, false).length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A segment cannot be written now. Its room is free again. */
    synchronized void drop(int number) {
        try {
            segments.remove(arrived.segment(number));
        } catch (IOException e) {
            return; // it is replaced when the segment is fetched again
        }
    }

    /** Whether the segments after this one cannot appear before it. */
    synchronized boolean isNextToAppear(int number) {
        return number == arrived.published();
    }

    /** A segment is complete. */
    synchronized void came(int number, long itsCrc) throws IOException {
        if (!closed) {
            arrived.add(number, itsCrc, checksum, appeared -> range(appeared, false).length());
        }
    }

    /** Whether no segment is missing. It returns true only once, to the connection that then finishes the object. */
    synchronized boolean isComplete() {
        boolean isNews = arrived.published() == count() && !reported;
        reported |= isNews;
        return isNews;
    }

    /** What closes the stream in files/. */
    public synchronized StreamEnd end() {
        return new StreamEnd(arrived.segment(0).stream(), arrived.published(), item.size());
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Removes what the hasher has not, after the stream was closed. */
    public synchronized void discard() throws IOException {
        close();
        arrived.discard(next);
    }
}
