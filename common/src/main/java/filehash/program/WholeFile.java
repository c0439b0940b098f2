package filehash.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** A small file that is visible whole or not at all, and that only its owner may read. */
public final class WholeFile {
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private WholeFile() {
    }

    /** Absent only if the file system says so; Files.exists would also return false if the disk fails. */
    public static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + reason(e), e);
        }
    }

    public static void write(Path file, String text) throws IOException {
        Path fresh = fresh(file);
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try {
            try {
                writeNew(fresh, bytes);
            } catch (FileAlreadyExistsException e) { // left by a crash, perhaps with other rights
                Files.delete(fresh);
                writeNew(fresh, bytes);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        }
    }

    public static void remove(Path file) throws IOException {
        Files.deleteIfExists(fresh(file));
        Files.deleteIfExists(file);
    }

    /** Whether the disk is full or a quota is used up: that may pass, and a restart would not help. */
    public static boolean wantsRoom(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    /** Names the exception too, because the message of the file system is often just the path. */
    public static String reason(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    private static void writeNew(Path file, ByteBuffer bytes) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, NEW, OWNER_ONLY)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static Path fresh(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }
}
