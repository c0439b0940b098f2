package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.hash.job.ObjectOutcome;
import filehash.job.HashMethod;
import filehash.pod.Entry;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import filehash.pod.SharedDirectory;
import filehash.pod.StreamEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large objects that come in segments. */
class StreamsTest {
    @TempDir
    Path root;
    private SharedDirectory directory;
    private Segments segments;
    @AutoClose
    private Lookahead lookahead;

    @BeforeEach
    void start() throws IOException {
        directory = SharedDirectory.open(root);
        segments = directory.segments();
        lookahead = started();
    }

    @Test
    void segments_areDigestedAndRemovedAsTheyCome() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        digestAll();
        put(first.numbered(1), "two");
        put(first.numbered(2), "three");
        digestAll();
        assertEquals(List.of(), lookahead.finished().outcomes());
        end("a", first, 3, 11);
        assertEquals(List.of(hashed("a", "onetwothree")), outcomes(1));
    }

    @Test
    void end_mayBeSeenBeforeTheSegments() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        put(first.numbered(1), "two");
        end("a", first, 2, 6);
        assertEquals(List.of(hashed("a", "onetwo")), outcomes(1));
        look();
        assertEquals(List.of(), segments.list());
    }

    @Test
    void spareFile_goesWithTheStream() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        digestAll();
        put(first.numbered(1), "two");
        digestAll();
        assertEquals(1, files());
        put(first.numbered(2), "three");
        end("a", first, 3, 11);
        assertEquals(List.of(hashed("a", "onetwothree")), outcomes(1));
        assertEquals(List.of("a"), directory.entries().stream().map(Entry::name).toList());
        assertEquals(1, files());
    }

    @Test
    void streams_ofSeveralObjectsAreDigestedAtOnceAndEndInOrder() throws Exception {
        Segment a = Segments.begin("a");
        Segment b = Segments.begin("b");
        for (int i = 0; i < 5; i++) {
            put(a.numbered(i), "a" + i);
            put(b.numbered(i), "b" + i);
            digestAll();
        }
        end("a", a, 5, 10);
        end("b", b, 5, 10);
        assertEquals(List.of(hashed("a", "a0a1a2a3a4"), hashed("b", "b0b1b2b3b4")), outcomes(2));
    }

    @Test
    void objectThatIsBegunAgain_hasTheDigestOfItsLastStream() throws Exception {
        Segment old = Segments.begin("a");
        put(old, "old");
        digestAll();
        Segment fresh = Segments.begin("a");
        put(fresh, "new");
        put(fresh.numbered(1), "er");
        digestAll();
        end("a", fresh, 2, 5);
        assertEquals(List.of(hashed("a", "newer")), outcomes(1));
    }

    @Test
    void objectThatFailsInMidStream_hasNoDigest() throws Exception {
        put(Segments.begin("a"), "one");
        digestAll();
        directory.publish("a", new Failure(Failure.Kind.CORRUPT, "the checksum differs"));
        assertEquals(Failure.Kind.CORRUPT, outcomes(1).get(0).failure().kind());
    }

    @Test
    void hasherStartedInMidStream_givesUp() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        digestAll();
        lookahead.close(); // a thread of it would otherwise take the next segment, too
        put(first.numbered(1), "two");
        try (Lookahead second = started()) {
            GiveUp e = assertThrows(GiveUp.class, () -> second.begin(directory.inOrder()));
            assertTrue(e.getMessage().contains("its digest is lost"), e.getMessage());
        }
    }

    @Test
    void hasherStartedInMidStream_storesWhatIsBefore() throws Exception {
        Segment first = Segments.begin("b");
        put(first, "one");
        digestAll();
        lookahead.close();
        put(first.numbered(1), "two");
        directory.publish("a", new Failure(Failure.Kind.GONE, "it was deleted"));
        lookahead = started();
        assertEquals(Failure.Kind.GONE, outcomes(1).get(0).failure().kind());
        assertThrows(GiveUp.class, this::look);
    }

    @Test
    void digestThatIsLost_isNotNeededOnceTheFetcherHasDiscardedItsStream() throws Exception {
        Segment first = Segments.begin("b");
        put(first, "one");
        digestAll();
        lookahead.close();
        put(first.numbered(1), "two");
        lookahead = started();
        Files.delete(segments.file(first.numbered(1)));
        look();
    }

    @Test
    void hasherStartedAfterTheLastSegment_givesUp() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        digestAll();
        end("a", first, 1, 3);
        try (Lookahead second = started()) {
            assertThrows(GiveUp.class, () -> second.begin(directory.inOrder()));
        }
    }

    @Test
    void loop_looksOftenWhileSegmentsAreDigested() throws Exception {
        assertEquals(Long.MAX_VALUE, lookahead.idleNanos());
        Segment first = Segments.begin("a");
        put(first, "one");
        digestAll();
        put(first.numbered(1), "two");
        digestAll(); // begins once the first has counted; a segment is removed before it counts
        long before = System.nanoTime();
        put(first.numbered(2), "three");
        digestAll();
        Await.until("a later segment than the first counts", Await.BOUND, () -> {
            long now = System.nanoTime(); // is read first, so that what counted before never seems newer
            return lookahead.idleNanos() <= now - before;
        });
    }

    /** Otherwise each retry of an object would keep the digest of its last try. */
    @Test
    void streams_thatWereDiscardedAreForgotten() throws Exception {
        put(Segments.begin("a"), "old");
        put(Segments.begin("b"), "other");
        digestAll();
        Segment fresh = Segments.begin("a");
        put(fresh, "new");
        end("a", fresh, 1, 3);
        assertEquals(List.of(hashed("a", "new")), outcomes(1));
        look();
        assertEquals(1, lookahead.streams());
    }

    @Test
    void segmentThatCannotBeRead_failsTheAttempt() throws Exception {
        Files.createDirectory(segments.file(Segments.begin("a")));
        String error = error();
        assertTrue(error.contains("Is a directory"), error);
    }

    @Test
    void error_inADigestFailsTheAttempt() throws Exception {
        lookahead.close();
        lookahead = started(() -> {
            throw new NoClassDefFoundError("Missing");
        });
        put(Segments.begin("a"), "one");
        String error = error();
        assertTrue(error.contains("Missing"), error);
    }

    @Test
    void bytes_thatAreNotThoseOfTheEndFailTheAttempt() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        end("a", first, 1, 4);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> outcomes(1));
        assertEquals("the segments of 'a' have 3 bytes, and the object 4", e.getMessage());
    }

    @Test
    void segment_ofAClosedStreamThatVanishesIsAnError() throws Exception {
        Segment first = Segments.begin("a");
        put(first, "one");
        List<Runnable> later = new ArrayList<>();
        StreamDigest digest = new StreamDigest(segments, first, digester(() -> {}), later::add);
        CompletableFuture<ObjectOutcome> outcome = digest.closed("a", new StreamEnd(first.stream(), 1, 3));
        segments.remove(first);
        later.get(0).run();
        assertTrue(outcome.isCompletedExceptionally());
    }

    private Lookahead started() {
        return started(() -> {});
    }

    private Lookahead started(Runnable beat) {
        return new Lookahead(segments, digester(beat), "");
    }

    private static Digester digester(Runnable beat) {
        return new Digester(List.of(HashMethod.values()), method -> new LongAdder(), beat);
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("files"))) {
            return files.count();
        }
    }

    private void put(Segment segment, String content) throws IOException {
        Files.writeString(segments.part(segment), content);
        segments.publish(segment);
    }

    private void end(String name, Segment first, int count, long bytes) throws IOException {
        directory.publish(name, new StreamEnd(first.stream(), count, bytes));
    }

    private void look() throws GiveUp, IOException {
        lookahead.begin(directory.inOrder());
    }

    private void digestAll() {
        Await.until("all segments are digested", Await.BOUND, () -> {
            look();
            return segments.list().isEmpty();
        });
    }

    /** The error of a digest, which a later look throws. */
    private String error() {
        return Await.answer("a look fails", () -> {
            try {
                look();
            } catch (IOException e) {
                return e.getMessage();
            }
            throw new IllegalStateException("no look has failed");
        });
    }

    private List<ObjectOutcome> outcomes(int count) throws Exception {
        List<ObjectOutcome> outcomes = new ArrayList<>();
        look();
        while (outcomes.size() < count) {
            outcomes.addAll(lookahead.finished().outcomes());
        }
        return outcomes;
    }

    private static ObjectOutcome hashed(String name, String content) throws Exception {
        List<String> hashes = new ArrayList<>();
        for (HashMethod method : HashMethod.values()) {
            hashes.add(Expected.hash(method.digest().getAlgorithm(), content));
        }
        return ObjectOutcome.hashed(name, content.length(), hashes);
    }
}
