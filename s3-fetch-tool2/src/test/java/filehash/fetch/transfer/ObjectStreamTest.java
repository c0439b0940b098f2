package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.Item;
import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import filehash.pod.SharedDirectory;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object of four segments, the last of one byte; three may exist. */
class ObjectStreamTest {
    private static final Item ITEM = Item.listed("a", 31, "\"1\"");

    @TempDir
    Path root;
    private final StopSignal stop = new StopSignal();
    private Segments segments;
    private ObjectStream stream;

    @BeforeEach
    void begin() throws IOException {
        segments = SharedDirectory.open(root).segments();
        stream = new ObjectStream(segments, ITEM, 10, 3);
    }

    @Test
    void segments_areTakenInOrderAndPublishedInOrder() throws Exception {
        assertEquals(new ByteRange(ITEM, 0, 31), stream.range(0, true));
        assertEquals(new ByteRange(ITEM, 10, 10), stream.range(1, false));
        assertEquals(new ByteRange(ITEM, 30, 1), stream.range(3, false));
        assertEquals(0, take());
        assertEquals(1, take());
        come(1);
        assertEquals(List.of(), published());
        come(0);
        assertEquals(List.of(0, 1), published());
    }

    @Test
    void segment_isTakenOnceThereIsRoom() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals(i, take());
            come(i);
        }
        assertFalse(stream.takeAfter(2, Duration.ofMillis(50), stop));
        FutureTask<Integer> fourth = new FutureTask<>(this::take);
        new Thread(fourth, "fourth").start();
        assertThrows(TimeoutException.class, () -> fourth.get(50, TimeUnit.MILLISECONDS));
        segments.digested(segment(0));
        assertEquals(3, fourth.get(1, TimeUnit.MINUTES));
        assertEquals(-1, take());
        assertFalse(stream.isComplete());
        come(3);
        assertTrue(stream.isComplete());
        assertFalse(stream.isComplete());
        assertEquals(4, stream.end().segments());
    }

    @Test
    void connection_thatWaitsForRoomMayLeave() throws Exception {
        for (int i = 0; i < 3; i++) {
            take();
        }
        AtomicInteger asked = new AtomicInteger();
        assertEquals(-1, stream.take(() -> asked.incrementAndGet() == 3, stop));
    }

    @Test
    void response_goesOnOnlyWithTheSegmentAfterIts() throws Exception {
        assertEquals(0, take());
        assertTrue(stream.takeAfter(0, Duration.ofSeconds(1), stop));
        assertFalse(stream.takeAfter(0, Duration.ofSeconds(1), stop));
    }

    @Test
    void file_ofADigestedSegmentServesAnotherOne() throws Exception {
        for (int i = 0; i < 3; i++) {
            take();
            come(i);
        }
        try (FileChannel first = FileChannel.open(file(0))) {
            segments.digested(segment(0));
            assertEquals(3, take());
            come(3);
            assertArrayEquals(content(3), read(first));
        }
        for (int i = 1; i <= 3; i++) {
            assertArrayEquals(content(i), Files.readAllBytes(file(i)));
        }
        assertEquals(3, files());
    }

    @Test
    void segment_thatIsFetchedAgainKeepsItsFile() throws Exception {
        take();
        try (FileChannel file = stream.open(0)) {
            file.write(ByteBuffer.wrap("half".getBytes(StandardCharsets.UTF_8)));
        }
        come(0);
        assertArrayEquals(content(0), Files.readAllBytes(file(0)));
    }

    @Test
    void discarded_streamLeavesNothingAndCreatesNothing() throws Exception {
        take();
        take();
        come(0);
        stream.open(1).close();
        segments.digested(segment(0));
        stream.discard();
        stream.came(1, 0);
        assertThrows(CancellationException.class, () -> stream.open(1));
        assertEquals(0, files());
    }

    @Test
    void restarted_streamIsAnotherOne() throws Exception {
        take();
        come(0);
        String before = stream.end().stream();
        stream.restart();
        assertEquals(List.of(), published());
        assertEquals(0, take());
        come(0);
        assertFalse(before.equals(stream.end().stream()));
    }

    private int take() {
        return stream.take(() -> false, stop);
    }

    private List<Integer> published() throws IOException {
        return segments.list().stream().map(Segment::number).sorted().toList();
    }

    private Segment segment(int number) throws IOException {
        return segments.list().stream().filter(published -> published.number() == number).findFirst().orElseThrow();
    }

    private Path file(int number) throws IOException {
        return segments.file(segment(number));
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("files"))) {
            return files.count();
        }
    }

    /** No two segments have the same bytes. */
    private byte[] content(int number) {
        byte[] content = new byte[(int) stream.range(number, false).length()];
        Arrays.fill(content, (byte) ('a' + number));
        return content;
    }

    private static byte[] read(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        file.read(bytes, 0);
        return bytes.array();
    }

    private void come(int number) throws IOException {
        try (FileChannel file = stream.open(number)) {
            file.write(ByteBuffer.wrap(content(number)));
        }
        stream.came(number, 0);
    }
}
