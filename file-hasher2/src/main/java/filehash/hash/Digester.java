package filehash.hash;

import filehash.hash.job.Outcome;
import filehash.job.HashMethod;
import filehash.pod.Entry;
import filehash.pod.Failure;
import filehash.program.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Turns an entry of files/ into its outcome. One read serves all methods. Safe for use by several threads. */
final class Digester {
    /** Small enough to stay in a core's cache between the copy from the page cache and the digests. */
    private static final int BUFFER_BYTES = 128 * 1024;
    /** Several digests share it. Each takes some tenths of a millisecond for it, and all wait for the slowest. */
    private static final int SHARED_BUFFER_BYTES = 512 * 1024;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /** All methods together need some tenths of a millisecond for so many bytes. */
    private static final int SMALL_BYTES = 64 * 1024;

    private final List<HashMethod> methods;
    private final Function<HashMethod, LongAdder> busy;
    private final Runnable beat;
    private final AtomicInteger files = new AtomicInteger();

    private record Running(MessageDigest digest, LongAdder busy) {
        void update(byte[] bytes, int length) {
            long began = System.nanoTime();
            digest.update(bytes, 0, length);
            busy.add(System.nanoTime() - began);
        }
    }

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

    Outcome outcome(Entry entry) throws IOException {
        String name = entry.name();
        if (entry.failed()) {
            return Outcome.failed(name, Json.read(Files.readString(entry.file()), Failure.class));
        }
        Failure tooLong = Failure.ofLongName(name);
        return tooLong == null ? hashed(entry) : Outcome.failed(name, tooLong);
    }

    private Outcome hashed(Entry entry) throws IOException {
        List<Running> digests = methods.stream()
                .map(method -> new Running(method.digest(), busy.apply(method))).toList();
        long bytes = 0;
        files.incrementAndGet();
        try (FileChannel file = FileChannel.open(entry.file())) {
            int most = digests.size() > 1 ? SHARED_BUFFER_BYTES : BUFFER_BYTES;
            byte[] array = new byte[(int) Math.min(most, file.size() + 1)];
            ByteBuffer buffer = ByteBuffer.wrap(array);
            for (int read = file.read(buffer.clear()); read >= 0; read = file.read(buffer.clear())) {
                update(digests, array, read);
                bytes += read;
                beatAndCheck();
            }
        } finally {
            files.decrementAndGet();
        }
        return Outcome.hashed(entry.name(), bytes,
                digests.stream().map(running -> HexFormat.of().formatHex(running.digest.digest())).toList());
    }

    /** The digests of one file share the cores while fewer files than cores are being read. */
    private void update(List<Running> digests, byte[] bytes, int length) {
        boolean shared = length > SMALL_BYTES && digests.size() > 1 && files.get() < CORES;
        (shared ? digests.parallelStream() : digests.stream()).forEach(running -> running.update(bytes, length));
    }

    private void beatAndCheck() throws InterruptedIOException {
        beat.run();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the hash is no longer needed");
        }
    }
}
