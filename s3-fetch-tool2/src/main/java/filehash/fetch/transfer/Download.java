package filehash.fetch.transfer;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.program.Stop;
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
 * One object on its way into memory, or into one file. Its file is opened and closed by the owner of the directory; who
 * downloads can only write into what is open, so that after {@link #close} nothing reaches the directory any more. Safe
 * for use by several threads.
 */
public final class Download implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    /** What one takes of the heap beside its content, names included. */
    private static final long OVERHEAD = 2 << 10;

    private final Item item;
    private final FileChannel file;
    private final long reserved;
    private final Consumer<Download> ended;
    private final Stop stop = new Stop();
    /** How to break off the request that a thread has under way. */
    private final Map<Thread, Runnable> requests = new ConcurrentHashMap<>();
    private final long begunAt = System.nanoTime();
    private volatile long endedAt;
    private volatile long askedAt;
    private boolean hedged;
    private boolean gone;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    /** What one thread does for it. */
    public interface Work {
        /** @return how the download ended, or null if others go on with it */
        Outcome run() throws Refusal, InterruptedException;
    }

    /**
     * @param file null for memory
     * @param ended called when there is an outcome
     */
    public Download(Item item, FileChannel file, Consumer<Download> ended) {
        this(item, file, item.size(), ended);
    }

    private Download(Item item, FileChannel file, long reserved, Consumer<Download> ended) {
        this.item = item;
        this.file = file;
        this.reserved = reserved;
        this.ended = ended;
    }

    /** What is not to be downloaded. */
    public static Download impossible(Item item, Failure failure) {
        Download download = new Download(item, null, 0, ended -> { });
        download.end(new Outcome.Failed(failure));
        return download;
    }

    public Item item() {
        return item;
    }

    /** Whether it has no file, and so no entry, until it is published. */
    public boolean inMemory() {
        return file == null;
    }

    FileChannel file() {
        return file;
    }

    /** Before any request of it. */
    public long begunAt() {
        return begunAt;
    }

    /** After its last request, once there is an outcome. */
    public long endedAt() {
        return endedAt;
    }

    /** Requested when nobody wants it any more. */
    Stop stop() {
        return stop;
    }

    /** What it holds of FILES_BYTES. */
    public long reserved() {
        return reserved;
    }

    /** What it may take of the heap. */
    public long memory() {
        return file == null ? reserved + OVERHEAD : 0;
    }

    /** A request of this thread's begins; it is broken off as soon as nobody wants its answer any more. */
    void begins(Runnable abort) {
        requests.put(Thread.currentThread(), abort);
        if (stop.requested()) {
            abort.run();
        }
    }

    /** That request is over. */
    void isOver() {
        requests.remove(Thread.currentThread());
    }

    /** The first request for all of it begins, or the next try of it. */
    void asked() {
        askedAt = System.nanoTime();
    }

    /** 0 where it has not been asked for. */
    public long askedAt() {
        return askedAt;
    }

    /** Whether it is asked for a second time. The owner's thread alone asks and says so. */
    public boolean isHedged() {
        return hedged;
    }

    public void hedged() {
        hedged = true;
    }

    /** Whether another has taken its place, or none. The owner's thread alone asks and says so. */
    public boolean isGone() {
        return gone;
    }

    public void gone() {
        gone = true;
    }

    /** Null while it goes on. */
    public Outcome outcome() {
        return outcome.get();
    }

    @Override
    public void close() throws IOException {
        breakOff();
        if (file != null) {
            file.close();
        }
    }

    /** Does a piece of the work, in a thread for it. */
    void run(Work work) {
        try {
            end(work.run());
        } catch (Refusal e) {
            end(refused(e));
        } catch (UncheckedIOException e) {
            end(new Outcome.NoRoom(e.getCause()));
        } catch (CancellationException | InterruptedException e) {
            end(null); // closed: nobody waits for an outcome
        } catch (RuntimeException | Error e) { // whatever it is: somebody waits for an outcome
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
