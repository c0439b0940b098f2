package filehash.pod;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The segments of large objects in files/: {@code <name>.<stream>.<number>.seg}, or .part until it is complete. Each
 * time the fetcher begins an object it begins another stream, so no digest mixes segments of two tries. A digested one
 * is renamed to {@code <name>.<stream>.part}, the spare file of its stream. Immutable.
 */
public final class Segments {
    public static final String SEGMENT = ".seg";
    private static final Pattern FILE = Pattern.compile("([^.]+)\\.([^.]+)\\.(\\d{1,10})\\" + SEGMENT);
    /** The most bytes of a suffix of a segment's file: a stream takes at most 13, a number 10. */
    static final int LONGEST_SUFFIX = 30;
    private static final int RADIX = 36;
    /** A restart knows no number that was used before, and clocks may jump. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path files;

    /**
     * One segment, as its file name shows it.
     *
     * @param object the file name of the object
     * @param number the first is 0
     */
    public record Segment(String object, String stream, int number) {
        /** The same for all segments of a stream, and different for different streams. */
        public String streamOfObject() {
            return object + '.' + stream;
        }

        public Segment numbered(int other) {
            return new Segment(object, stream, other);
        }

        private String file(String suffix) {
            return streamOfObject() + '.' + number + suffix;
        }
    }

    Segments(Path files) {
        this.files = files;
    }

    /** Begins a stream of this object. Returns its first segment, which does not exist yet. */
    public static Segment begin(String name) {
        return new Segment(Names.fileName(name), Long.toUnsignedString(RANDOM.nextLong(), RADIX), 0);
    }

    /** The first segment of the stream that this entry closes. */
    public static Segment first(Entry entry, StreamEnd end) {
        return new Segment(Names.fileName(entry.name()), end.stream(), 0);
    }

    /**
     * Opens the file of a segment that is not complete: the spare one if there is one, because the kernel takes longer
     * to write a file that has no memory yet. The caller overwrites all that it may hold.
     */
    public FileChannel open(Segment segment, long length) throws IOException {
        takeSpare(segment);
        FileChannel file = FileChannel.open(part(segment), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            return file.truncate(length);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The file of a segment that is not published. */
    public Path part(Segment segment) {
        return files.resolve(segment.file(SharedDirectory.PART));
    }

    public Path file(Segment segment) {
        return files.resolve(segment.file(SEGMENT));
    }

    public boolean exists(Segment segment) {
        return Files.exists(file(segment));
    }

    public void publish(Segment segment) throws IOException {
        Files.move(part(segment), file(segment), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * The bytes of a segment are digested: its file becomes the spare one, and an earlier spare one is removed.
     *
     * @throws NoSuchFileException if the fetcher has discarded the stream: what was read may be another segment's
     */
    public void digested(Segment segment) throws IOException {
        try {
            Files.move(file(segment), spare(segment), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) { // a full disk may have no room for another name
            Files.delete(file(segment));
        }
    }

    /** Removes the spare file of the stream of this segment. */
    public void removeSpare(Segment segment) throws IOException {
        Files.deleteIfExists(spare(segment));
    }

    private void takeSpare(Segment segment) throws IOException {
        try {
            Files.move(spare(segment), part(segment), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) { // there is none, or the directory is gone, which the next call shows
            return;
        }
    }

    private Path spare(Segment segment) {
        return files.resolve(segment.streamOfObject() + SharedDirectory.PART);
    }

    public void remove(Segment segment) throws IOException {
        Files.deleteIfExists(part(segment));
        Files.deleteIfExists(file(segment));
    }

    /** The published segments of all objects, in no order. */
    public List<Segment> list() throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (Path path : all()) {
            String name = path.getFileName().toString();
            if (!name.endsWith(SEGMENT)) {
                continue;
            }
            Matcher file = FILE.matcher(name);
            if (file.matches() && Long.parseLong(file.group(3)) <= Integer.MAX_VALUE) {
                segments.add(new Segment(file.group(1), file.group(2), Integer.parseInt(file.group(3))));
            }
        }
        return segments;
    }

    /**
     * Removes all files of files/, the last segment of a stream first: a segment that is there without the first of its
     * stream means to the hasher that it has lost the digest.
     */
    void sweep() throws IOException {
        List<Segment> segments = list();
        segments.sort(Comparator.comparing(Segment::number).reversed());
        for (Segment segment : segments) {
            remove(segment);
        }
        for (Path path : all()) {
            Files.deleteIfExists(path);
        }
    }

    List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(files)) {
            paths.forEach(all::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return all;
    }
}
