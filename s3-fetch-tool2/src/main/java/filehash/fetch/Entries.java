package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.ObjectStream;
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

/** Creates the entries of files/ and counts those that the hasher has not removed yet. Owned by one thread. */
final class Entries {
    private final SharedDirectory directory;
    private final Deque<Entry> published = new ArrayDeque<>();
    private long bytes;

    private record Entry(Path file, long size) {
    }

    Entries(SharedDirectory directory) {
        this.directory = directory;
    }

    /** Creates the file of an unfinished download. */
    FileChannel open(String name) throws IOException {
        return FileChannel.open(directory.part(name), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Begins the segments of a large object. */
    ObjectStream stream(Item item, Capacity capacity) {
        return new ObjectStream(directory.segments(), item, capacity.segmentSize(item.size()),
                capacity.segments(item.size()));
    }

    /** Writes a whole object. If there is no room, it leaves nothing behind. */
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

    /** Publishes an object whose file or stream is complete. Until it is stored, some of its segments may be left. */
    void publish(Download done) throws IOException {
        String name = done.item().name();
        if (done.stream() == null) {
            add(directory.publish(name), done.item().size());
        } else {
            add(directory.publish(name, done.stream().end()), done.reserved());
        }
    }

    void publish(String name, Failure failure) throws IOException {
        add(directory.publish(name, failure), 0);
    }

    private void add(Path file, long size) {
        published.add(new Entry(file, size));
        bytes += size;
    }

    /**
     * Stops counting the entries that the hasher has removed. It removes in the order of names, so the first entry that
     * still exists ends the search.
     *
     * @return whether any had been removed
     */
    boolean forgetRemoved() {
        int before = published.size();
        while (!published.isEmpty() && !Files.exists(published.peek().file())) {
            bytes -= published.remove().size();
        }
        return published.size() < before;
    }

    /** The number of published entries. */
    int size() {
        return published.size();
    }

    /** The bytes of the published entries. */
    long bytes() {
        return bytes;
    }
}
