package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.program.Json;
import java.io.IOException;
import java.nio.file.Files;
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

    private void create(Segments.Segment segment) throws IOException {
        segments.open(segment).close();
    }
}
