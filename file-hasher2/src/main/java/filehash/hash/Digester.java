package filehash.hash;

import filehash.pod.Entry;
import filehash.pod.Failure;
import filehash.pod.HashMethod;
import filehash.pod.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Turns an entry of files/ into its outcome: all methods from one read. Safe for use by several threads. */
final class Digester {
    /** What a row of FileHash can hold, in code points. */
    private static final int LONGEST_NAME = 256;
    /** Stays in a core's cache between the copy from the page cache and the digests. */
    private static final int BUFFER_BYTES = 128 * 1024;

    /** All methods together take some tenths of a millisecond for so many bytes. */
    private static final int SMALL_BYTES = 64 * 1024;

    private final List<HashMethod> methods;
    private final Runnable beat;

    /** @param beat is called with each buffer, so that a file of hours is told from a disk that hangs */
    Digester(List<HashMethod> methods, Runnable beat) {
        this.methods = methods;
        this.beat = beat;
    }

    /** Whether it is not worth a thread of its own. */
    boolean isSmall(Entry entry) throws IOException {
        BasicFileAttributes file = Files.readAttributes(entry.file(), BasicFileAttributes.class);
        return file.isRegularFile() && file.size() * methods.size() <= SMALL_BYTES;
    }

    Outcome outcome(Entry entry) throws IOException {
        String name = entry.name();
        if (entry.failed()) {
            return Outcome.failed(name, Json.read(Files.readString(entry.file()), Failure.class));
        }
        int length = name.codePointCount(0, name.length());
        if (length > LONGEST_NAME) {
            return Outcome.failed(name, new Failure(Failure.Kind.NAME_TOO_LONG, "the name has " + length
                    + " characters, and FileHash.FileName holds " + LONGEST_NAME));
        }
        return hashed(entry);
    }

    private Outcome hashed(Entry entry) throws IOException {
        List<MessageDigest> digests = methods.stream().map(HashMethod::digest).toList();
        long bytes = 0;
        try (FileChannel file = FileChannel.open(entry.file())) {
            byte[] array = new byte[(int) Math.min(BUFFER_BYTES, file.size() + 1)];
            ByteBuffer buffer = ByteBuffer.wrap(array);
            for (int read = file.read(buffer.clear()); read >= 0; read = file.read(buffer.clear())) {
                for (MessageDigest digest : digests) {
                    digest.update(array, 0, read);
                }
                bytes += read;
                goesOn();
            }
        }
        return Outcome.hashed(entry.name(), bytes,
                digests.stream().map(digest -> HexFormat.of().formatHex(digest.digest())).toList());
    }

    private void goesOn() throws InterruptedIOException {
        beat.run();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("not needed any longer");
        }
    }
}
