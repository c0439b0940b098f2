package filehash.deaths;

import filehash.backends.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A disk of its own under a pod's shared directory, that can be full. Only root may mount one. */
final class SmallDisk implements AutoCloseable {
    private static final String SIZE = "1m";
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Path directory;
    private boolean closed;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk mount(Path directory) throws IOException {
        run(List.of("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "none", directory.toString()));
        return new SmallDisk(directory);
    }

    /** Fills it to the last byte, and keeps filling what becomes free. */
    void fill(Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        do {
            fill();
            Pause.of(PAUSE);
        } while (System.nanoTime() < end);
        Files.delete(ballast());
    }

    private void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream ballast = Files.newOutputStream(ballast(), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
            while (true) {
                ballast.write(block);
            }
        } catch (IOException e) {
            if (Files.size(ballast()) == 0) {
                throw e;
            }
        }
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
        int code = new ProcessBuilder(command).inheritIO().start().onExit()
                .orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join().exitValue();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code + ": it needs root");
        }
    }
}
