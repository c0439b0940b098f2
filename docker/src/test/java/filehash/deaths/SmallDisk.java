package filehash.deaths;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk of its own under a pod's shared directory, that can be full. Only root may mount one. */
final class SmallDisk implements AutoCloseable {
    private static final String SIZE = "1m";

    private final Path directory;
    private boolean closed;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk mount(Path directory) throws IOException {
        run(List.of("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "none", directory.toString()));
        return new SmallDisk(directory);
    }

    /** To the last byte. */
    void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(block);
            }
        } catch (IOException e) {
            if (Files.size(ballast()) == 0) {
                throw e;
            }
        }
    }

    void free() throws IOException {
        Files.delete(ballast());
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        run(List.of("umount", "-l", directory.toString()));
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    private static void run(List<String> command) throws IOException {
        int code = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code + ": it needs root");
        }
    }
}
