package filehash.fetch;

import filehash.pod.Failure;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** The entries of files/: makes them, and counts those that the hasher has not removed yet. One thread's. */
final class Entries {
    private final SharedDirectory directory;
    private final Deque<Entry> published = new ArrayDeque<>();
    private long bytes;

    private record Entry(Path file, long size) {
    }

    Entries(SharedDirectory directory) {
        this.directory = directory;
    }

    /** The file of an object on its way. */
    FileChannel open(String name) throws IOException {
        return FileChannel.open(directory.part(name), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** All of an object at once. Where there is no room, nothing of it is left. */
    void write(String name, byte[] content) throws IOException {
        try (FileChannel file = open(name)) {
            for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining();) {
                file.write(rest);
            }
        } catch (IOException e) {
            discard(name);
            throw e;
        }
    }

    void discard(String name) throws IOException {
        Files.deleteIfExists(directory.part(name));
    }

    /** An object whose file is whole. */
    void publish(String name, long size) throws IOException {
        directory.publish(name);
        add(directory.file(name), size);
    }

    void publish(String name, Failure failure) throws IOException {
        directory.publish(name, failure);
        add(directory.failed(name), 0);
    }

    private void add(Path file, long size) {
        published.add(new Entry(file, size));
        bytes += size;
    }

    /**
     * Lets go of those that have been removed. The hasher removes in the order of names too: where one is still there,
     * so are those after it.
     *
     * @return whether there were any
     */
    boolean forgetRemoved() {
        int before = published.size();
        while (!published.isEmpty() && !Files.exists(published.peek().file())) {
            bytes -= published.remove().size();
        }
        return published.size() < before;
    }

    /** How many are published. */
    int size() {
        return published.size();
    }

    /** Of those that are published. */
    long bytes() {
        return bytes;
    }
}
