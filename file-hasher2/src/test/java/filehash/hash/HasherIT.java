package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.Segments;
import filehash.pod.StreamEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An attempt at a job, from files/ to rows. */
class HasherIT {
    @TempDir
    private Path root;
    private MySqlServer.Database database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = MySqlServer.shared().createDatabase("hasher");
    }

    @Test
    void attempt_storesARowForEachObjectAndMethod() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5, HashMethod.SHA1);
        pod.put("00/a b.part", "");
        pod.put("00/é€😀%", "abc");
        pod.fetched(2);
        HashFin fin = pod.hash();
        assertEquals(List.of(
                "1|pod-1|00/a b.part|MD5|d41d8cd98f00b204e9800998ecf8427e",
                "2|pod-1|00/a b.part|SHA1|da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "3|pod-1|00/é€😀%|MD5|900150983cd24fb0d6963f7d28e17f72",
                "4|pod-1|00/é€😀%|SHA1|a9993e364706816aba3e25717850c26c9cd0d89d"),
                Sql.query(database, "SELECT ID, HostName, FileName, HashMethod, Hash FROM FileHash ORDER BY ID"));
        assertEquals(new Tally(2, 0, Map.of(), 3), fin.tally());
        assertEquals(List.of("1|1|pod-1|00/é€😀%|2|0|3|1"), Sql.query(database, "SELECT RequestID, Attempt, HostName, "
                + "LastFileName, Files, Failed, Bytes, Finished IS NOT NULL FROM FileHashJob"));
        assertEquals(List.of("1|4|" + HasherPod.RUN + "|0"),
                Sql.query(database, "SELECT FirstID, LastID, Run, JobID FROM FileHashBatch"));
        assertEquals(List.of(), pod.directory.entries());
        Progress progress = pod.directory.read(PodFile.PROGRESS).orElseThrow();
        assertEquals("00/é€😀%", progress.last());
    }

    @Test
    void objectInSegments_isStoredOnceItIsClosed() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
        Segments.Segment large = Segments.begin("a");
        for (int i = 0; i < 3; i++) {
            pod.put(large.numbered(i), "part " + i);
        }
        Await.until("the segments are removed", HasherPod.BOUND, () -> pod.directory.segments().list().isEmpty());
        assertEquals(List.of(), Sql.query(database, "SELECT Hash FROM FileHash"));
        pod.directory.publish("a", new StreamEnd(large.stream(), 3, 18));
        pod.put("b", "abc");
        pod.fetched(2);
        assertEquals(new Tally(2, 0, Map.of(), 21), HasherPod.result(hashing).orElseThrow().tally());
        assertEquals(List.of("a|" + Expected.hash("MD5", "part 0part 1part 2"), "b|" + Expected.hash("MD5", "abc")),
                Sql.query(database, "SELECT FileName, Hash FROM FileHash ORDER BY ID"));
        assertEquals(List.of(), pod.directory.entries());
    }

    @Test
    void attempt_storesFailedObjectsBesideTheRows() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.fail("a", Failure.Kind.ARCHIVED, "GLACIER");
        pod.put("b", "abc");
        pod.put("c".repeat(257), "abc");
        pod.fetched(3);
        assertEquals(new Tally(1, 2, Map.of("ARCHIVED", 1L, "NAME_TOO_LONG", 1L), 3), pod.hash().tally());
        assertEquals(List.of("a|ARCHIVED|GLACIER", "c".repeat(257) + "|NAME_TOO_LONG|the name has 257 characters, "
                + "and FileHash.FileName holds 256"),
                Sql.query(database, "SELECT FileName, Error, Message FROM FileHashError ORDER BY FileName"));
    }

    /** Several names share all the characters that the column of the last name can hold. */
    @Test
    void names_longerThanTheColumnOfTheLastNameAreNeitherLostNorStoredTwiceAfterATakeover() throws Exception {
        String longest = "x".repeat(1_023) + "\uD83D\uDE00";
        List<String> names = List.of("a", longest, longest + "a", longest + "b".repeat(5_000), longest + "c", "y");
        for (int stored = 1; stored <= names.size(); stored++) {
            Conf.MySql mysql = HasherPod.mysql(database, database.port(), null);
            String last = names.get(stored - 1);
            HasherPod first = new HasherPod(root.resolve(stored + "-1"), mysql,
                    new JobId("run", stored, 1), HashMethod.MD5);
            for (String name : names.subList(0, stored)) {
                first.put(name, name);
            }
            first.hash(step -> {
                if (step.equals("wait") && first.isAt(last)) {
                    first.signal.request();
                }
            });
            HasherPod second = new HasherPod(root.resolve(stored + "-2"), mysql,
                    new JobId("run", stored, 2), HashMethod.MD5);
            CompletableFuture<Void> fetching = second.fetching(names, 2);
            assertEquals(new Tally(2, 4, Map.of("NAME_TOO_LONG", 4L), 2), second.hash().tally());
            HasherPod.result(fetching);
            assertEquals(names.subList(1, 5), Sql.query(database, "SELECT IF(Message LIKE '%: xxx%', "
                    + "SUBSTRING(Message, LOCATE(': xxx', Message) + 2), "
                    + "FileName) FROM FileHashError WHERE JobID = " + stored
                    + " ORDER BY ID"));
        }
    }

    @Test
    void attempt_thatHasBeenTakenOverStoresNothing() throws Exception {
        HasherPod second = new HasherPod(root.resolve("2"), database, 2, HashMethod.MD5);
        second.fetched(0);
        second.hash();
        HasherPod first = new HasherPod(root.resolve("1"), database, 1, HashMethod.MD5);
        first.put("a", "abc");
        GiveUp e = assertThrows(GiveUp.class, first::hash);
        assertTrue(e.getMessage().contains("attempt 2 has taken over"), e.getMessage());
        assertEquals(List.of("0"), Sql.query(database, "SELECT COUNT(*) FROM FileHash"));
    }

    @Test
    void attempt_withMoreListedThanStoredIsNotDone() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.put("a", "abc");
        pod.fetched(2);
        GiveUp e = assertThrows(GiveUp.class, pod::hash);
        assertEquals("not complete: S3 listed 2 objects, but MySQL counts 1 file and 0 failed objects, and holds 1 row"
                + " for MD5 and 0 errors", e.getMessage());
    }

    @Test
    void finOfAnotherAttempt_isIgnored() throws Exception {
        HasherPod pod = new HasherPod(root, database, 2, HashMethod.MD5);
        pod.directory.write(PodFile.S3_FIN, new S3Fin(new JobId(HasherPod.RUN, 0, 1), 0));
        CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
        Await.until("the hasher has begun", HasherPod.BOUND, () -> pod.progress().isPresent());
        pod.put("a", "abc");
        pod.fetched(1);
        assertEquals(1, HasherPod.result(hashing).orElseThrow().tally().files());
    }

    @ParameterizedTest
    @CsvSource({"FileHashBatch, '0 rows for MD5 and 1 error; if FileHash was emptied or replaced meanwhile, delete "
            + "the request and put it again'", "FileHashError, '1 row for MD5 and 0 errors'"})
    void attempt_whoseRowsSomebodyRemovedIsNotDone(String table, String left) throws Exception {
        HasherPod first = new HasherPod(root.resolve("1"), database, 1, HashMethod.MD5);
        first.put("a", "abc");
        first.fail("b", Failure.Kind.ARCHIVED, "GLACIER");
        first.fetched(2);
        first.hash();
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement statement = session.createStatement()) {
            statement.execute("DELETE FROM " + table);
        }
        HasherPod second = new HasherPod(root.resolve("2"), database, 2, HashMethod.MD5);
        second.fetched(2);
        GiveUp e = assertThrows(GiveUp.class, second::hash);
        assertEquals("not complete: S3 listed 2 objects, but MySQL counts 1 file and 1 failed object, and holds "
                + left, e.getMessage());
    }

    /** The examples of NIST for the SHA methods (FIPS 180 and further ones), and of RFC 1321 for MD5. */
    @ParameterizedTest
    @EnumSource(HashMethod.class)
    void hash_ofEachPublishedMessageIsThePublishedOne(HashMethod method) throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, method);
        List<String> published = new ArrayList<>();
        List<String> lines = Files.readAllLines(Path.of(getClass().getResource("vectors.txt").toURI()));
        for (String[] vector : lines.stream().map(line -> line.split(" ")).toList()) {
            if (vector[0].equals(method.name())) {
                String[] message = vector[1].split("\\*"); // the count of repetitions, and the bytes
                pod.put(String.format("%02d", published.size()),
                        HexFormat.of().parseHex(message[1].repeat(Integer.parseInt(message[0]))));
                published.add(vector[2]);
            }
        }
        assertTrue(published.size() >= 7);
        pod.fetched(published.size());
        pod.hash();
        assertEquals(published, Sql.query(database, "SELECT Hash FROM FileHash WHERE HashMethod = '" + method
                + "' ORDER BY FileName"));
    }

    @Test
    void attempt_isStoppedInTheMiddleOfAHugeFile() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        Path huge = pod.directory.file("huge");
        assertEquals(0, new ProcessBuilder("mkfifo", huge.toString()).start().waitFor());
        AtomicInteger beats = new AtomicInteger();
        CompletableFuture<Optional<HashFin>> hashing =
                pod.hashing(step -> beats.addAndGet(step.equals("hash") ? 1 : 0));
        try (OutputStream out = Files.newOutputStream(huge)) {
            out.write(1);
            Await.until("it is read", HasherPod.BOUND, () -> beats.get() > 0);
            pod.directory.write(PodFile.CONF, pod.conf.says(Conf.State.STOP));
            assertEquals(Optional.empty(), HasherPod.result(hashing));
        }
        assertEquals(List.of("0"), Sql.query(database, "SELECT COUNT(*) FROM FileHash"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attempt_marksItsJobIfTheUserHasCancelledTheRequest(boolean cancelled) throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.put("a", "abc");
        CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
        Await.until("it has stored", HasherPod.BOUND, () -> pod.isAt("a"));
        pod.directory.write(PodFile.CONF, cancelled ? pod.conf.cancels() : pod.conf.says(Conf.State.STOP));
        assertEquals(Optional.empty(), HasherPod.result(hashing));
        String marked = "SELECT Cancelled >= Started FROM FileHashSummary";
        assertEquals(cancelled ? List.of("1") : List.of("null"), Sql.query(database, marked));
        assertEquals(List.of("1|no"), Sql.query(database, "SELECT JobsUnfinished, Complete FROM FileHashProof "
                + "WHERE Cancelled IS " + (cancelled ? "NOT " : "") + "NULL"));
        HasherPod second = new HasherPod(root.resolve("2"), database, 2, HashMethod.MD5);
        second.fetched(1);
        second.hash();
        assertEquals(List.of("null"), Sql.query(database, marked));
    }

    /** The user took the cancellation back, and a pod of a version that knows nothing of Cancelled finished the job. */
    @Test
    void run_thatIsCompleteIsNotShownAsCancelled() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.put("a", "abc");
        pod.fetched(1);
        pod.hash();
        Sql.run(database, "UPDATE FileHashJob SET Cancelled = Started");
        assertEquals(List.of("null"), Sql.query(database, "SELECT Cancelled FROM FileHashSummary"));
        assertEquals(List.of("yes|null"), Sql.query(database, "SELECT Complete, Cancelled FROM FileHashProof"));
    }

    /** Neither the missing column nor a server that does not answer holds up the stop. */
    @ParameterizedTest
    @ValueSource(strings = {"ALTER TABLE FileHashJob DROP Cancelled", "RENAME TABLE FileHashJob TO x"})
    void attempt_thatCannotMarkItsJobStopsAllTheSame(String statement) throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
        Await.until("it has begun", HasherPod.BOUND, () -> pod.progress().isPresent());
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement change = session.createStatement()) {
            change.execute(statement);
        }
        pod.directory.write(PodFile.CONF, pod.conf.cancels());
        assertEquals(Optional.empty(), HasherPod.result(hashing));
    }

    /** The second object is published when the hasher has seen the first, and before it waits for more. */
    @Test
    void objects_publishedWhileABatchGathersAreStoredWithIt() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.put("a", "a");
        List<String> next = new ArrayList<>(List.of("b", "c"));
        pod.hash(step -> {
            if (step.equals("wait") && !pod.directory.has(PodFile.S3_FIN) && stored(pod) > 0) {
                put(pod, next);
            }
        }).orElseThrow();
        assertEquals(List.of("1", "2"), Sql.query(database, "SELECT LastID - FirstID + 1 FROM FileHashBatch "
                + "ORDER BY FirstID"));
    }

    @Test
    void attempt_isNotAtItsEndBeforeTheLastObject() throws Exception {
        for (int i = 0; i < 100; i++) {
            HasherPod pod = new HasherPod(root, HasherPod.mysql(database, database.port(), null),
                    new JobId(HasherPod.RUN, i, 1), HashMethod.MD5);
            pod.directory.remove(PodFile.S3_FIN);
            CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
            HasherPod.result(pod.fetching(List.of("a"), 2));
            assertEquals(1, HasherPod.result(hashing).orElseThrow().tally().files());
        }
    }

    private static long stored(HasherPod pod) {
        try {
            return pod.progress().orElseThrow().tally().files();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Publishes the next of them, and s3fin after the last one. */
    private static void put(HasherPod pod, List<String> names) {
        try {
            if (names.isEmpty()) {
                pod.fetched(3);
            } else {
                pod.put(names.get(0), names.remove(0));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
