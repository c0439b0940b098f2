package filehash.hash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The second batch of an attempt is one packet, which holds the whole transaction. Each job here has the first batch
 * "a", and the second batch "b", "c failed", "d".
 */
class OnePacketIT {
    private static final Duration BOUND = Await.BOUND;

    @TempDir
    private Path root;
    private MySqlServer.Database database;
    @AutoClose
    private Wire wire;
    private List<String> second = List.of("b", "c failed", "d");
    /** How many round trips each batch took, in their order. */
    private final List<Integer> trips = new ArrayList<>();
    private int pods;
    /** The session that sends the second batch first. */
    private String session;

    @BeforeEach
    void wire() throws Exception {
        database = MySqlServer.shared().createDatabase("onepacket");
        wire = new Wire(database.host(), database.port());
    }

    @Test
    void batch_takesOneRoundTripAfterOneWhoseIdsWereFree() throws Exception {
        hash(pod(PacketIT.PLAIN), () -> {});
        assertEquals(List.of(2, 1), trips);
        verify(1);
    }

    @Test
    void batch_takesOneRoundTripWithTablesOfEarlierVersions() throws Exception {
        hash(pod(null), () -> {});
        asRoot("DROP VIEW FileHashProof, FileHashCount, FileHashOfRequest", "ALTER TABLE FileHashBatch DROP Date");
        clear();
        hash(pod(PacketIT.PLAIN), () -> {});
        assertEquals(List.of(2, 1), trips);
        verify(1);
    }

    @Test
    void batch_ofAnEarlierAttemptIsNotStored() throws Exception {
        HasherPod pod = pod(PacketIT.PLAIN);
        GiveUp e = assertThrows(GiveUp.class,
                () -> hash(pod, () -> change("UPDATE FileHashJob SET Attempt = 2")));
        assertEquals("attempt 2 has taken over", e.getMessage());
        assertEquals(List.of("a"), files());
        assertEquals(List.of("a|1"), Sql.query(database, "SELECT LastFileName, Files FROM FileHashJob"));
    }

    /** On such a server the one packet of an overtaken attempt would be stored. */
    @Test
    void batch_isStoredInTwoRoundTripsWhereTheServerPassesAGuard() throws Exception {
        wire.changeRequests(OnePacketIT::withoutGuard);
        HasherPod pod = pod(PacketIT.PLAIN);
        GiveUp e = assertThrows(GiveUp.class,
                () -> hash(pod, () -> change("UPDATE FileHashJob SET Attempt = 2")));
        assertEquals("attempt 2 has taken over", e.getMessage());
        assertEquals(List.of("a"), files());
    }

    @ParameterizedTest
    @ValueSource(strings = {"(2, 2)", "(3, 3)", "(1, 2)", "(3, 9)", "(0, 50)", "(2, 2), (3, 1)"})
    void batch_whoseIdsAnEarlierEntryHoldsIsStoredInTwoRoundTrips(String held) throws Exception {
        hash(pod(PacketIT.PLAIN), () -> {
            change("UPDATE FileHashBatch SET FirstID = 900, LastID = 900"); // room for the others
            change("INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID, Date) VALUES "
                    + held.replace(")", ", 'other', 0, '2001-02-03')"));
        });
        assertEquals(4, trips.get(1), "the one packet, ROLLBACK, and two packets");
        assertEquals(List.of("a", "b", "d"), files());
        assertEquals(List.of("b", "d"), Sql.query(database, "SELECT FileName FROM FileHashOfRequest WHERE "
                + "FileName <> 'a' AND Run = '" + HasherPod.RUN + "' ORDER BY ID"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(1, 1)", "(2, 1)", "(3, 2)", "(4, 99)", "(99, 100)"})
    void batch_whoseIdsNoEntryHoldsIsStoredInOneRoundTrip(String held) throws Exception {
        hash(pod(PacketIT.PLAIN), () -> change("INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID, Date) VALUES "
                + held.replace(")", ", '" + HasherPod.RUN + "', 9, '2001-02-03')")
                + " ON DUPLICATE KEY UPDATE JobID = 0"));
        assertEquals(List.of(2, 1), trips);
        assertEquals(List.of("1|1", "2|3"), Sql.query(database, "SELECT FirstID, LastID FROM FileHashBatch "
                + "WHERE JobID = 0 ORDER BY FirstID"));
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof WHERE Jobs = 1"));
    }

    @Test
    void batch_isStoredInTwoRoundTripsWhereSeveralServersShareATable() throws Exception {
        hash(pod(PacketIT.PLAIN + "&sessionVariables=auto_increment_increment=3"), () -> {});
        assertEquals(List.of(2, 2), trips);
        verify(1);
        assertEquals(List.of("3"), Sql.query(database, "SELECT COUNT(*) FROM FileHashBatch WHERE FirstID = LastID"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FileHash", "FileHashBatch", "FileHashError"})
    void error_ofAnyStatementIsTheReasonToGiveUp(String table) throws Exception {
        String why = assertThrows(GiveUp.class, () -> hash(pod(null), () -> refuse(table, "42000", 1142)))
                .getMessage();
        assertTrue(why.startsWith("not now (1142"), why);
        assertEquals(List.of("a"), files());
        assertEquals(List.of("0|a|1"), Sql.query(database, "SELECT (SELECT COUNT(*) FROM FileHashError), "
                + "LastFileName, Files FROM FileHashJob"));
    }

    @ParameterizedTest
    @CsvSource({"FileHash, 1290", "FileHashBatch, 1213", "FileHashError, 1205"})
    void error_thatPassesIsWaitedFor(String table, int number) throws Exception {
        List<String> steps = new ArrayList<>();
        hash(pod(null), () -> refuse(table, "HY000", number), step -> {
            steps.add(step);
            if (steps.lastIndexOf("connect") > steps.indexOf("update job")) { // the session was discarded
                change("DROP TRIGGER IF EXISTS refuse");
            }
        });
        assertEquals(2, Collections.frequency(steps, "connect"));
        verify(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ANSI_QUOTES"})
    void name_thatLooksLikeSqlIsStoredAsItIs(String mode) throws Exception {
        second = List.of("a\"; COMMIT; --", "a', 'b', 'c', NOW()); DROP TABLE FileHash; -- ",
                "a\\'; DROP TABLE FileHash; -- ", "b;", "b\\\\'; ROLLBACK; -- ", "c\n; # ?", "d ? ? %s",
                "e\u0000; \u001a", "f \uD83D\uDE00'; \u00a5'; \u20a9'; \u0160' \u00bf'", "h failed'; COMMIT; -- \\");
        hash(pod(PacketIT.PLAIN + "&sessionVariables=sql_mode='" + mode + "'"), () -> {});
        assertEquals(List.of(2, 1), trips);
        assertEquals(second.subList(0, 9), files().subList(1, 10));
        assertEquals(second.subList(9, 10), Sql.query(database, "SELECT FileName FROM FileHashError"));
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof"));
    }

    @Test
    void commit_whoseAnswerIsLostIsNotStoredTwice() throws Exception {
        CompletableFuture<?> hashing = hashing(pod(null), wire::holdAnswers);
        Await.until("the rows are committed", BOUND, () -> files().size() == 3);
        wire.cut();
        wire.pass();
        HasherPod.result(hashing);
        verify(1);
    }

    /** The requests, and then the answers, are cut after each number of bytes of the packet. */
    @Test
    void connection_cutAnywhereLosesNothing() throws Exception {
        for (int bytes = 1; bytes < 2_000; bytes += 90) {
            int cut = bytes;
            hash(pod(PacketIT.PLAIN), () -> wire.cutAfterRequests(cut));
            verify(1);
            clear();
        }
        for (int bytes = 1; bytes < 200; bytes += 12) {
            int cut = bytes;
            hash(pod(PacketIT.PLAIN), () -> wire.cutAfterAnswers(cut));
            verify(1);
            clear();
        }
    }

    @Test
    void packet_thatArrivesBeforeTheNextTryIsNotStoredTwice() throws Exception {
        CompletableFuture<?> hashing = hashing(pod(null), wire::hold);
        Await.until("the packet is on the wire", BOUND, () -> wire.held() > 0);
        Runnable late = wire.leaveHeld();
        late.run();
        Await.until("it is committed", BOUND, () -> files().size() == 3);
        wire.cutClients();
        wire.pass();
        HasherPod.result(hashing);
        verify(1);
    }

    @Test
    void packet_thatArrivesAfterTheNextTryIsNotStoredTwice() throws Exception {
        CompletableFuture<?> hashing = hashing(pod(null), wire::holdRequests);
        Runnable late = wire.cutOnceHeld();
        HasherPod.result(hashing);
        arrive(late);
        verify(1);
    }

    /** The next attempt has raised Attempt, and Files is still what the packet expects. */
    @Test
    void packet_thatArrivesAfterATakeoverIsNotStored() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        nextAttempt().hash(arrivesAt("update job", late)).orElseThrow();
        verify(2);
    }

    /** The same attempt begins again, and its batch has other names than the packet. The next attempt goes on. */
    @Test
    void packet_thatArrivesAfterARestartEndsTheAttempt() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        HasherPod same = pod("0", 1, null);
        same.put("e", "e");
        same.fetched(5);
        String why = assertThrows(GiveUp.class, () -> same.hash(arrivesAt("update job", late))).getMessage();
        assertTrue(why.startsWith("FileHashJob moved"), why);
        assertEquals(List.of("a", "b", "d"), files());
        nextAttempt().hash();
        verify(2);
    }

    @Test
    void packet_thatArrivesAfterARestartIsTheBatchOfTheSameNames() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        HasherPod same = pod("0", 1, null);
        same.hash(arrivesAt("update job", late)).orElseThrow();
        verify(1);
    }

    /** Both batches end with the same name, and hold as many. */
    @Test
    void packet_thatArrivesAfterARestartIsNotABatchOfOtherNames() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        HasherPod same = pod("same", 1, null);
        same.put("b", "b");
        same.put("c", "c");
        same.put("d", "d");
        same.fetched(4);
        String why = assertThrows(GiveUp.class, () -> same.hash(arrivesAt("update job", late))).getMessage();
        assertTrue(why.startsWith("FileHashJob moved: it has 4 objects up to 'd'"), why);
        assertEquals(List.of("a", "b", "d"), files());
    }

    /** The restarted hasher has nothing more to store. */
    @Test
    void packet_thatArrivesBeforeTheEndIsCounted() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        HasherPod same = pod("same", 1, null);
        same.fetched(1);
        String why = assertThrows(GiveUp.class, () -> same.hash(arrivesAt("progress", late))).getMessage();
        assertTrue(why.startsWith("not complete: S3 listed 1 object, but MySQL counts 3 files and 1 failed object"),
                why);
        nextAttempt().hash();
        verify(2);
    }

    /** The job ended without the packet, and its hasher was started again because hashfin was not there yet. */
    @Test
    void packet_thatArrivesAfterAnEndThatIsNotKnownIsCounted() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        HasherPod same = pod("same", 1, null);
        same.fetched(1);
        same.hash();
        String why = assertThrows(GiveUp.class, () -> same.hash(arrivesAt("progress", late))).getMessage();
        assertTrue(why.startsWith("not complete: S3 listed 1 object, but MySQL counts 3 files"), why);
        nextAttempt().hash();
        verify(2);
    }

    /** Meanwhile the objects of the packet were deleted, so that the same attempt ended without them. */
    @Test
    void packet_thatArrivesAfterTheEndIsNotStored() throws Exception {
        Runnable late = dieAfterThePacketWasSent();
        HasherPod same = pod("same", 1, null);
        same.fetched(1);
        same.hash();
        arrive(late);
        assertEquals(List.of("a"), files());
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof"));
    }

    private static byte[] withoutGuard(byte[] request) {
        return new String(request, ISO_8859_1).replace("ROW_COUNT() <> 1", "ROW_COUNT() > 99").getBytes(ISO_8859_1);
    }

    private interface Act {
        void run() throws Exception;
    }

    /** Does something before the packet of the second batch is sent. */
    private Optional<HashFin> hash(HasherPod pod, Runnable beforeTheSecond)
            throws GiveUp, IOException, InterruptedException {
        return hash(pod, beforeTheSecond, step -> {});
    }

    private Optional<HashFin> hash(HasherPod pod, Runnable beforeTheSecond, Consumer<String> steps)
            throws GiveUp, IOException, InterruptedException {
        int[] batches = new int[1];
        int[] begun = new int[1];
        return pod.hash(step -> {
            if (step.equals("update job") && batches[0] < 2) {
                begun[0] = wire.roundTrips();
                if (++batches[0] == 2) {
                    done(() -> session = sessions().get(0));
                    beforeTheSecond.run();
                }
            } else if (step.equals("committed") && batches[0] > trips.size()) {
                trips.add(wire.roundTrips() - begun[0]);
                if (batches[0] == 1) {
                    publishSecond(pod);
                }
            }
            steps.accept(step);
        });
    }

    private CompletableFuture<Optional<HashFin>> hashing(HasherPod pod, Runnable beforeTheSecond) {
        return HasherPod.background("hasher", () -> hash(pod, beforeTheSecond));
    }

    /** The process ends, and leaves its packet on the wire. */
    private Runnable dieAfterThePacketWasSent() throws Exception {
        HasherPod pod = pod(null);
        CompletableFuture<?> hashing = hashing(pod, () -> {
            wire.holdRequests();
            pod.signal.request();
        });
        Runnable late = wire.cutOnceHeld();
        assertEquals(Optional.empty(), HasherPod.result(hashing));
        assertEquals(List.of("a"), files());
        return late;
    }

    private Consumer<String> arrivesAt(String when, Runnable late) {
        return step -> {
            if (step.equals(when)) {
                arrive(late);
            }
        };
    }

    /** Lets the packet arrive, and waits until the server has executed it and ended its session. */
    private void arrive(Runnable late) {
        late.run();
        Await.until("the packet's session ends", BOUND, () -> !sessions().contains(session));
    }

    private List<String> sessions() throws SQLException {
        return Sql.query(database, "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'onepacket' AND ID <> "
                + "CONNECTION_ID() ORDER BY ID DESC");
    }

    private HasherPod pod(String params) throws Exception {
        trips.clear();
        HasherPod pod = pod(String.valueOf(pods++), 1, params);
        pod.put("a", "a");
        return pod;
    }

    private HasherPod pod(String folder, long attempt, String params) throws IOException {
        return new HasherPod(root.resolve(folder), HasherPod.mysql(database, wire.port(), params),
                new JobId(HasherPod.RUN, 0, attempt), HashMethod.MD5);
    }

    private HasherPod nextAttempt() throws IOException {
        HasherPod next = pod("next", 2, null);
        next.fetching(List.of("a", "b", "c failed", "d"), 9);
        return next;
    }

    private void publishSecond(HasherPod pod) {
        done(() -> {
            for (String name : second) {
                if (name.contains("failed")) {
                    pod.fail(name, Failure.Kind.GONE, "it's gone\\'; COMMIT; -- ");
                } else {
                    pod.put(name, name);
                }
            }
            pod.fetched(1 + second.size());
        });
    }

    /** Forgets the job. */
    private void clear() throws Exception {
        trips.clear();
        wire.cutAfterRequests(Long.MAX_VALUE);
        wire.cutAfterAnswers(Long.MAX_VALUE);
        asRoot("DELETE FROM FileHash", "DELETE FROM FileHashBatch", "DELETE FROM FileHashError",
                "DELETE FROM FileHashJob");
    }

    private List<String> files() throws SQLException {
        return Sql.query(database, "SELECT FileName FROM FileHash ORDER BY ID");
    }

    private void verify(long attempt) throws Exception {
        assertEquals(List.of("a", "b", "d"), files());
        assertEquals(List.of("a", "b", "d"), Sql.query(database, "SELECT FileName FROM FileHashOfRequest ORDER BY ID"));
        assertEquals(List.of("c failed|GONE"), Sql.query(database, "SELECT FileName, Error FROM FileHashError"));
        assertEquals(List.of(attempt + "|d|3|1|4"),
                Sql.query(database, "SELECT Attempt, LastFileName, Files, Failed, Listed FROM FileHashJob"));
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof"));
    }

    private void refuse(String table, String state, int number) {
        change("CREATE TRIGGER refuse BEFORE INSERT ON " + table + " FOR EACH ROW SIGNAL SQLSTATE '" + state
                + "' SET MYSQL_ERRNO = " + number + ", MESSAGE_TEXT = 'not now'");
    }

    private void change(String sql) {
        done(() -> asRoot(sql));
    }

    private void asRoot(String... statements) throws SQLException {
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void done(Act act) {
        try {
            act.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
