package filehash.fetch.transfer;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
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
        segments.remove(segments.list().stream().min(Comparator.comparing(Segment::number)).orElseThrow());
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
    void discarded_streamLeavesNothingAndCreatesNothing() throws Exception {
        take();
        take();
        come(0);
        stream.open(1).close();
        stream.discard();
        stream.came(1, 0);
        assertThrows(CancellationException.class, () -> stream.open(1));
        try (Stream<Path> files = Files.list(root.resolve("files"))) {
            assertEquals(0, files.count());
        }
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

    private void come(int number) throws IOException {
        try (FileChannel file = stream.open(number)) {
            file.write(ByteBuffer.wrap(new byte[(int) stream.range(number, false).length()]));
        }
        stream.came(number, 0);
    }
}
