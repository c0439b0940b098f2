package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.program.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentsTest {
    @TempDir
    Path root;
    private SharedDirectory directory;
    private Segments segments;

    @BeforeEach
    void open() throws IOException {
        directory = new SharedDirectory(root, "boot");
        segments = directory.segments();
    }

    @Test
    void list_showsWhatIsPublished() throws IOException {
        Segments.Segment first = Segments.begin("a/b.seg");
        Segments.Segment second = first.numbered(1);
        create(first);
        create(second);
        segments.publish(second);
        assertEquals(List.of(second), segments.list());
        assertEquals(List.of(), directory.entries());
        segments.remove(first);
        segments.remove(second);
        assertEquals(List.of(), segments.list());
    }

    @Test
    void list_leavesOutWhatIsNoSegment() throws IOException {
        for (String name : List.of("x.seg", "x.y.seg", "x.y.z.seg", "x.y.1", "x.y.1.2.seg", "x.y.9999999999.seg")) {
            Files.createFile(directory.file("x").resolveSibling(name));
        }
        assertEquals(List.of(), segments.list());
    }

    /** A directory that is not empty cannot be removed, so the sweep ends at it. */
    @Test
    void sweep_removesTheFirstSegmentOfAStreamLast() throws IOException {
        Segments.Segment first = Segments.begin("a");
        Files.createDirectories(segments.file(first).resolve("not empty"));
        for (int number = 1; number <= 20; number++) {
            create(first.numbered(number));
            segments.publish(first.numbered(number));
        }
        assertThrows(IOException.class, () -> directory.sweep());
        assertEquals(List.of(first), segments.list());
    }

    @Test
    void file_ofADigestedSegmentServesAnotherOne() throws IOException {
        Segments.Segment first = Segments.begin("a");
        Segments.Segment second = first.numbered(1);
        write(first, "0123456789");
        segments.publish(first);
        try (FileChannel file = FileChannel.open(segments.file(first))) {
            segments.digested(first);
            assertEquals(List.of(), segments.list());
            write(second, "abc");
            segments.publish(second);
            assertEquals("abc", Files.readString(segments.file(second)));
            assertEquals(3, file.size());
        }
        segments.digested(second);
        assertEquals(1, segments.all().size());
        segments.removeSpare(first);
        assertEquals(List.of(), segments.all());
    }

    @Test
    void digestedSegment_goesAlsoWhereItCannotBecomeTheSpareFile() throws IOException {
        Segments.Segment first = Segments.begin("a");
        create(first);
        segments.publish(first);
        Path spare = segments.file(first).resolveSibling(first.streamOfObject() + SharedDirectory.PART);
        Files.createDirectories(spare.resolve("not empty"));
        segments.digested(first);
        assertEquals(List.of(spare), segments.all());
        assertThrows(NoSuchFileException.class, () -> segments.digested(first));
    }

    @Test
    void begin_neverRepeatsAStream() {
        assertNotEquals(Segments.begin("a").streamOfObject(), Segments.begin("a").streamOfObject());
    }

    @Test
    void end_isAnEntry() throws IOException {
        StreamEnd end = new StreamEnd("x", 3, 17);
        directory.publish("a", end);
        Entry entry = directory.entries().get(0);
        assertTrue(entry.streamed());
        assertEquals(end, Json.read(Files.readString(entry.file()), StreamEnd.class));
        directory.remove(entry);
        assertEquals(List.of(), directory.entries());
    }

    /** Each length around the limit of 255 bytes, with each suffix of an object's files. */
    @Test
    void longNames_leaveRoomForEachSuffix() throws IOException {
        for (int length = 200; length <= 256; length++) {
            String name = "x".repeat(length);
            directory.publish(name, new Failure(Failure.Kind.GONE, "NoSuchKey"));
            directory.publish(name, new StreamEnd("x", 1, 1));
            Segments.Segment last = new Segments.Segment(Names.fileName(name), Long.toUnsignedString(-1, 36),
                    Integer.MAX_VALUE);
            create(last);
            segments.publish(last);
            assertTrue(segments.exists(last));
            directory.sweep();
        }
    }

    private void write(Segments.Segment segment, String content) throws IOException {
        try (FileChannel file = segments.open(segment, content.length())) {
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void create(Segments.Segment segment) throws IOException {
        segments.open(segment, 0).close();
    }
}
