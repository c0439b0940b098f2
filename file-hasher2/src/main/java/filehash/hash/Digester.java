package filehash.hash;

import filehash.hash.job.ObjectOutcome;
import filehash.job.HashMethod;
import filehash.pod.Entry;
import filehash.pod.Failure;
import filehash.program.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Turns entries of files/ into outcomes. One read serves all methods. Safe for use by several threads. */
final class Digester {
    /** Small enough to stay in a core's cache between the copy from the page cache and the digests. */
    private static final int BUFFER_BYTES = 128 * 1024;
    /** Several digests read it at once. Each takes some tenths of a millisecond, and all wait for the slowest. */
    private static final int SHARED_BUFFER_BYTES = 512 * 1024;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /** All methods together need some tenths of a millisecond for so many bytes. */
    private static final int SMALL_BYTES = 64 * 1024;

    private final List<HashMethod> methods;
    private final Function<HashMethod, LongAdder> busy;
    private final Runnable beat;
    private final AtomicInteger files = new AtomicInteger();

    /**
     * @param busy counts the nanoseconds in the digests of a method
     * @param beat is called for each buffer, which distinguishes a file that takes hours from a disk that hangs
     */
    Digester(List<HashMethod> methods, Function<HashMethod, LongAdder> busy, Runnable beat) {
        this.methods = methods;
        this.busy = busy;
        this.beat = beat;
    }

    /** Whether a thread of its own would cost more than it saves. */
    boolean isSmall(Entry entry) throws IOException {
        BasicFileAttributes file = Files.readAttributes(entry.file(), BasicFileAttributes.class);
        return file.isRegularFile() && file.size() * methods.size() <= SMALL_BYTES;
    }

    /** @param digests new ones, or those of an earlier object */
    ObjectOutcome outcome(Entry entry, Digests digests) throws IOException {
        String name = entry.name();
        if (entry.failed()) {
            return ObjectOutcome.failed(name, Json.read(Files.readString(entry.file()), Failure.class));
        }
        Failure tooLong = Failure.ofLongName(name);
        return tooLong == null ? hashed(entry, digests) : ObjectOutcome.failed(name, tooLong);
    }

    private ObjectOutcome hashed(Entry entry, Digests digests) throws IOException {
        digests.reset();
        long bytes = update(digests, entry.file());
        return ObjectOutcome.hashed(entry.name(), bytes, digests.values());
    }

    /** Starts the digests of an object. */
    Digests start() {
        return new Digests(methods, busy);
    }

    /**
     * Adds the content of a file to digests. They share the cores while fewer files than cores are being read.
     *
     * @return its length
     */
    long update(Digests digests, Path path) throws IOException {
        long bytes = 0;
        files.incrementAndGet();
        try (FileChannel file = FileChannel.open(path)) {
            int most = methods.size() > 1 ? SHARED_BUFFER_BYTES : BUFFER_BYTES;
            byte[] array = new byte[(int) Math.min(most, file.size() + 1)];
            ByteBuffer buffer = ByteBuffer.wrap(array);
            for (int read = file.read(buffer.clear()); read >= 0; read = file.read(buffer.clear())) {
                digests.update(array, read, read > SMALL_BYTES && methods.size() > 1 && files.get() < CORES);
                bytes += read;
                beatAndCheck();
            }
        } finally {
            files.decrementAndGet();
        }
        return bytes;
    }

    private void beatAndCheck() throws InterruptedIOException {
        beat.run();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the hash is no longer needed");
        }
    }
}
