package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.hash.job.ObjectOutcome;
import filehash.job.HashMethod;
import filehash.pod.Entry;
import filehash.pod.Segments;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookaheadTest {
    private static final Duration BOUND = Await.BOUND;

    @TempDir
    private Path root;
    private final AtomicInteger beats = new AtomicInteger();
    private final Function<HashMethod, LongAdder> busy = method -> new LongAdder();
    private final Digester digester = new Digester(List.of(HashMethod.MD5, HashMethod.SHA512), busy,
            beats::incrementAndGet);

    @Test
    void finished_givesWhatComesBeforeALargeFileAndHashesWhatComesBehind() throws Exception {
        Entry huge = pipe("b");
        try (Lookahead lookahead = new Lookahead(segments(), digester, "")) {
            lookahead.begin(List.of(file("a"), huge));
            CompletableFuture<OutputStream> writer = writer(huge);
            assertEquals(List.of("a"), names(lookahead, 1));
            lookahead.begin(List.of(huge, file("c")));
            OutputStream out = HasherPod.result(writer);
            out.write('b');
            Await.until("the large file is read", BOUND, () -> beats.get() >= 3); // a, b and c
            assertEquals(List.of(), lookahead.finished().outcomes());
            out.close();
            assertEquals(List.of("b", "c"), names(lookahead, 2));
            assertTrue(lookahead.isIdle());
        }
    }

    @Test
    void outcomes_ofSmallFilesDoNotDependOnTheFilesBefore() throws Exception {
        try (Lookahead lookahead = new Lookahead(segments(), digester, "")) {
            lookahead.begin(List.of(file("a"), file("b")));
            List<ObjectOutcome> outcomes = lookahead.finished().outcomes();
            assertEquals(2, outcomes.size());
            for (ObjectOutcome outcome : outcomes) {
                assertEquals(List.of(Expected.hash("MD5", outcome.name()), Expected.hash("SHA-512", outcome.name())),
                        outcome.hashes());
            }
        }
    }

    @Test
    void outcome_containsNothingOfAnObjectThatCouldNotBeReadToItsEnd() throws Exception {
        Digests digests = digester.start();
        digests.update(new byte[10], 10, false);
        assertEquals(List.of(Expected.hash("MD5", "a"), Expected.hash("SHA-512", "a")),
                digester.outcome(file("a"), digests).hashes());
    }

    @Test
    void begin_takesEachEntryOnceAndNoneThatIsStored() throws Exception {
        List<Entry> entries = List.of(file("a"), file("b"), file("c"));
        try (Lookahead lookahead = new Lookahead(segments(), digester, "a")) {
            lookahead.begin(entries);
            lookahead.begin(entries);
            assertEquals(List.of("b", "c"), names(lookahead, 2));
            assertTrue(lookahead.isIdle());
        }
    }

    @Test
    void close_endsTheReadOfAHugeFile() throws Exception {
        Entry huge = pipe("b");
        Lookahead lookahead = new Lookahead(segments(), digester, "");
        lookahead.begin(List.of(huge));
        try (OutputStream out = HasherPod.result(writer(huge))) {
            out.write('b');
            Await.until("it is read", BOUND, () -> beats.get() > 0);
            lookahead.close();
            assertThrows(IOException.class, () -> {
                while (true) {
                    out.write('b'); // until the reader's end is closed
                }
            });
        }
    }

    @Test
    void finished_failsWhereAFileCannotBeRead() throws Exception {
        try (Lookahead lookahead = new Lookahead(segments(), digester, "")) {
            IOException e = assertThrows(IOException.class,
                    () -> lookahead.begin(List.of(new Entry("a", root.resolve("nowhere"), false))));
            assertTrue(e.getMessage().contains("nowhere"), e.getMessage());
            lookahead.begin(List.of(new Entry("b", root, false))); // a thread of the pool reads this one
            e = assertThrows(IOException.class, () -> names(lookahead, 1));
            assertTrue(e.getMessage().contains("Is a directory"), e.getMessage());
        }
    }

    @Test
    void outcome_hasAllMethodsFromOneRead() throws Exception {
        Entry huge = pipe("b"); // it can be read only once
        CompletableFuture<OutputStream> writer = writer(huge);
        CompletableFuture<ObjectOutcome> outcome = HasherPod.background("hash",
                () -> digester.outcome(huge, digester.start()));
        try (OutputStream out = HasherPod.result(writer)) {
            out.write("abc".getBytes("US-ASCII"));
        }
        assertEquals(List.of(Expected.hash("MD5", "abc"), Expected.hash("SHA-512", "abc")),
                HasherPod.result(outcome).hashes());
    }

    @Test
    void outcome_ofALargeFileIsThatOfEachMethod() throws Exception {
        String content = "0123456789".repeat(200_000);
        Entry large = new Entry("a", Files.writeString(root.resolve("a"), content), false);
        List<HashMethod> methods = List.of(HashMethod.values());
        Digester all = new Digester(methods, busy, beats::incrementAndGet);
        ObjectOutcome outcome = all.outcome(large, all.start());
        assertEquals(content.length(), outcome.bytes());
        for (int i = 0; i < methods.size(); i++) {
            assertEquals(Expected.hash(methods.get(i).digest().getAlgorithm(), content), outcome.hashes().get(i));
        }
    }

    private Segments segments() throws IOException {
        return SharedDirectory.open(root.resolve("shared")).segments();
    }

    private Entry file(String name) throws IOException {
        return new Entry(name, Files.writeString(root.resolve(name), name), false);
    }

    /** A file whose size and speed the test controls. */
    private Entry pipe(String name) throws Exception {
        Path path = root.resolve(name);
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
        return new Entry(name, path, false);
    }

    /** Opening a pipe waits for the other end. */
    private static CompletableFuture<OutputStream> writer(Entry pipe) {
        return HasherPod.background("writer", () -> Files.newOutputStream(pipe.file()));
    }

    private static List<String> names(Lookahead lookahead, int count) throws Exception {
        List<String> names = new ArrayList<>();
        long end = System.nanoTime() + BOUND.toNanos();
        while (names.size() < count && System.nanoTime() < end) {
            lookahead.finished().outcomes().forEach(outcome -> names.add(outcome.name()));
        }
        return names;
    }
}
