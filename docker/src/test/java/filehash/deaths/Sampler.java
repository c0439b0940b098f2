package filehash.deaths;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Looks at a pod's files/ all the time, for more entries or bytes than its limits allow. If anything changed during a
 * look, the bytes of that look do not count; its entries count if one system call reads a directory of that size.
 */
final class Sampler implements AutoCloseable {
    private static final int PAUSE_MILLIS = 4;
    /** One system call reads so many entries with the longest names. */
    private static final int ONE_CALL = 100;

    private final Path files;
    private final int filesLimit;
    private final long filesBytes;
    private final Set<String> problems = new ConcurrentSkipListSet<>();
    private final Thread thread = new Thread(this::run, "sampler");
    private volatile int mostEntries;
    private volatile long mostBytes;
    private volatile boolean ended;

    Sampler(Path directory, int filesLimit, long filesBytes) {
        this.files = directory.resolve("files");
        this.filesLimit = filesLimit;
        this.filesBytes = filesBytes;
        thread.setDaemon(true);
        thread.start();
    }

    /** The violations that were seen. */
    Set<String> problems() {
        return problems;
    }

    int mostEntries() {
        return mostEntries;
    }

    long mostBytes() {
        return mostBytes;
    }

    @Override
    public void close() {
        ended = true;
    }

    private void run() {
        while (!ended) {
            try {
                look();
                Thread.sleep(PAUSE_MILLIS);
            } catch (NoSuchFileException e) {
                continue; // not there yet, or no more
            } catch (IOException e) {
                problems.add("the sampler fails: " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look() throws IOException {
        List<Path> before = entries();
        long bytes = 0;
        for (Path entry : before) {
            bytes += size(entry);
        }
        int objects = (int) before.stream().map(Sampler::object).distinct().count();
        mostEntries = Math.max(mostEntries, objects);
        if (objects > filesLimit && filesLimit <= ONE_CALL) {
            problems.add(files + " held " + objects + " entries, and FILES_LIMIT is " + filesLimit + ": "
                    + before.stream().map(Path::getFileName).toList());
        }
        if (bytes > mostBytes && entries().equals(before)) {
            mostBytes = bytes;
            if (bytes > filesBytes) {
                problems.add(files + " held " + bytes + " bytes, and FILES_BYTES is " + filesBytes);
            }
        }
    }

    /** A large object has several files. */
    private static String object(Path file) {
        return file.getFileName().toString().replaceFirst("\\..*", "");
    }

    private List<Path> entries() throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(files)) {
            for (Path path : paths) {
                String name = path.getFileName().toString();
                if (!name.endsWith(".name") && !name.endsWith(".new")) {
                    entries.add(path);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    private static long size(Path entry) throws IOException {
        try {
            return Files.size(entry);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
