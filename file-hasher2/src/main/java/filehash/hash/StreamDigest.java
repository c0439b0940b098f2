package filehash.hash;

import filehash.hash.job.ObjectOutcome;
import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import filehash.pod.StreamEnd;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The digests of one stream. A segment is given away once its bytes are digested, so the digests of a stream that is
 * not closed exist only here. One thread at a time digests a segment. Thread-safe.
 */
final class StreamDigest {
    private final Segments segments;
    private final Digester digester;
    private final Executor threads;
    private final Digests digests;
    private final CompletableFuture<ObjectOutcome> outcome = new CompletableFuture<>();
    private Segment next;
    private long bytes;
    private long progressAt = System.nanoTime();
    private boolean busy;
    private boolean gone;
    private IOException failure;
    private String name;
    private StreamEnd end;

    StreamDigest(Segments segments, Segment first, Digester digester, Executor threads) {
        this.segments = segments;
        this.next = first;
        this.digester = digester;
        this.threads = threads;
        this.digests = digester.start();
    }

    /**
     * Digests the next segment, if it is there and no thread is at work.
     *
     * @throws IOException if an earlier segment could not be read
     */
    synchronized void goOn() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (!busy && !gone && segments.exists(next)) {
            busy = true;
            threads.execute(this::digestNext);
        }
    }

    /** Whether the fetcher has discarded the stream. */
    synchronized boolean isGone() {
        return gone;
    }

    synchronized long idleNanos() {
        return System.nanoTime() - progressAt;
    }

    synchronized boolean isClosed() {
        return end != null;
    }

    /** Whether the outcome is there. */
    synchronized boolean isDone() {
        return outcome.isDone() && failure == null;
    }

    /** Returns the outcome, which is there once all segments are digested. */
    synchronized CompletableFuture<ObjectOutcome> closed(String object, StreamEnd with) throws IOException {
        name = object;
        end = with;
        completeIfWhole();
        goOn();
        return outcome;
    }

    private void digestNext() {
        try {
            long length = digester.update(digests, segments.file(next));
            segments.digested(next);
            digested(length);
        } catch (NoSuchFileException e) {
            discarded();
        } catch (IOException | RuntimeException | Error e) { // whatever it is: the loop waits for the outcome
            failed(new IOException("cannot read a segment in files/: " + e, e));
        }
    }

    private synchronized void digested(long length) throws IOException {
        bytes += length;
        progressAt = System.nanoTime();
        next = next.numbered(next.number() + 1);
        busy = false;
        completeIfWhole();
        goOn();
    }

    private synchronized void discarded() {
        gone = true;
        if (end != null) { // the outcome is waited for
            failed(new IOException("a segment of '" + name + "' has vanished from files/"));
        }
    }

    private synchronized void failed(IOException why) {
        failure = why;
        outcome.completeExceptionally(why);
    }

    private void completeIfWhole() throws IOException {
        if (end == null || next.number() < end.segments()) {
            return;
        }
        segments.removeSpare(next);
        if (bytes == end.bytes()) {
            outcome.complete(ObjectOutcome.hashed(name, bytes, digests.values()));
        } else {
            outcome.completeExceptionally(new IllegalStateException("the segments of '" + name + "' have " + bytes
                    + " bytes, and the object " + end.bytes()));
        }
    }
}
