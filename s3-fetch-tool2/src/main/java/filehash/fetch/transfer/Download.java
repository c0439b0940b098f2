package filehash.fetch.transfer;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.program.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object on its way into memory, into a file or into segments. The owner of the directory opens and closes the
 * file, and the threads that download write to it only while it is open. They create segments, but none after the
 * stream is closed. So nothing reaches the directory after {@link #close}. Thread-safe.
 */
public final class Download implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    /** The heap that a download needs beside its content, names included. */
    private static final long OVERHEAD = 2 << 10;

    private final Item item;
    private final FileChannel file;
    private final ObjectStream stream;
    private final long reserved;
    private final Consumer<Download> ended;
    private final StopSignal stop = new StopSignal();
    /** Aborts the request that a thread has under way. */
    private final Map<Thread, Runnable> requests = new ConcurrentHashMap<>();
    private final long begunAt = System.nanoTime();
    private volatile long endedAt;
    private volatile long askedAt;
    private boolean hedged;
    private boolean gone;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    /**
     * @param file null unless it is downloaded into a file
     * @param stream null unless it is downloaded into segments
     * @param reserved the bytes that count towards FILES_BYTES
     * @param ended called once there is an outcome
     */
    public Download(Item item, FileChannel file, ObjectStream stream, long reserved, Consumer<Download> ended) {
        this.item = item;
        this.file = file;
        this.stream = stream;
        this.reserved = reserved;
        this.ended = ended;
    }

    /** An object that fails without a request. */
    public static Download impossible(Item item, Failure failure) {
        Download download = new Download(item, null, null, 0, ended -> {});
        download.end(new Outcome.Failed(failure));
        return download;
    }

    public Item item() {
        return item;
    }

    /** Whether the object has no file, and so no entry, until it is published. */
    public boolean inMemory() {
        return file == null && stream == null;
    }

    FileChannel file() {
        return file;
    }

    /** Null unless the object crosses files/ in segments. */
    public ObjectStream stream() {
        return stream;
    }

    /** A time before its first request. */
    public long begunAt() {
        return begunAt;
    }

    /** A time after its last request, once there is an outcome. */
    public long endedAt() {
        return endedAt;
    }

    /** Requested when the object is no longer needed. */
    StopSignal stop() {
        return stop;
    }

    public long reserved() {
        return reserved;
    }

    /** The heap that it may occupy. */
    public long memory() {
        return inMemory() ? reserved + OVERHEAD : 0;
    }

    /** Registers the request that this thread sends; it is aborted once the object is no longer needed. */
    void begins(Runnable abort) {
        requests.put(Thread.currentThread(), abort);
        if (stop.requested()) {
            abort.run();
        }
    }

    /** The request of this thread has ended. */
    void isOver() {
        requests.remove(Thread.currentThread());
    }

    /** A request for the whole object begins, the first or a retry. */
    void asked() {
        askedAt = System.nanoTime();
    }

    /** When the last such request began, or 0. */
    public long askedAt() {
        return askedAt;
    }

    /** Whether a second request runs beside the first. Only the owner's thread reads and sets it. */
    public boolean isHedged() {
        return hedged;
    }

    public void hedged() {
        hedged = true;
    }

    /** Whether this download was published or replaced. Only the owner's thread reads and sets it. */
    public boolean isGone() {
        return gone;
    }

    public void gone() {
        gone = true;
    }

    /** Null until the download has ended. */
    public Outcome outcome() {
        return outcome.get();
    }

    @Override
    public void close() throws IOException {
        breakOff();
        if (file != null) {
            file.close();
        }
        if (stream != null) {
            stream.close();
        }
    }

    /** Does one share of the work in the current thread. */
    void run(Work work) {
        try {
            end(work.run());
        } catch (Refusal e) {
            end(refused(e));
        } catch (UncheckedIOException e) {
            end(new Outcome.NoRoom(e.getCause()));
        } catch (CancellationException | InterruptedException e) {
            end(null); // closed: the outcome is not needed
        } catch (RuntimeException | Error e) { // whatever it is: the window waits for an outcome
            LOG.debug("cannot fetch '{}'", item.name(), e);
            end(new Outcome.Ended(GiveUp.job("cannot fetch '" + item.name() + "': " + e)));
        }
    }

    private void breakOff() {
        stop.request();
        requests.values().forEach(Runnable::run);
    }

    private static Outcome refused(Refusal e) {
        return e.ofAttempt() ? new Outcome.Ended(e.ends(e.getMessage())) : new Outcome.Failed(e.toFailure());
    }

    private void end(Outcome how) {
        if (how == null) {
            return;
        }
        endedAt = System.nanoTime();
        if (outcome.compareAndSet(null, how)) {
            breakOff();
            ended.accept(this);
        }
    }
}
