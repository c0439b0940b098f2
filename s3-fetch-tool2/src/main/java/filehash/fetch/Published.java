package filehash.fetch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The entries of files/ that the hasher has not removed yet. One thread's. */
final class Published {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;

    private record Entry(Path file, long size) {
    }

    void add(Path file, long size) {
        entries.add(new Entry(file, size));
        bytes += size;
    }

    /**
     * Lets go of those that have been removed. The hasher removes in the order of names too: where one is still there,
     * so are those after it.
     *
     * @return whether there were any
     */
    boolean forgetRemoved() {
        int before = entries.size();
        while (!entries.isEmpty() && !Files.exists(entries.peek().file())) {
            bytes -= entries.remove().size();
        }
        return entries.size() < before;
    }

    int size() {
        return entries.size();
    }

    long bytes() {
        return bytes;
    }
}
