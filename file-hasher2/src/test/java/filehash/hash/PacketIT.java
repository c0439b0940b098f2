package filehash.hash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch goes to MySQL as packets of several statements. */
class PacketIT {
    /** The driver's first message is readable on the wire, and asks for settings that the program overrides. */
    static final String PLAIN = "sslMode=DISABLED&allowPublicKeyRetrieval=true&allowMultiQueries=false";

    @TempDir
    private Path root;
    private MySqlServer.Database database;
    @AutoClose
    private Wire wire;
    private int trips;

    @BeforeEach
    void wire() throws Exception {
        database = MySqlServer.shared().createDatabase("packet");
        wire = new Wire(database.host(), database.port());
    }

    @Test
    void batch_takesTwoRoundTrips() throws Exception {
        assertEquals(2, tripsOfABatch());
        verify();
    }

    @Test
    void batch_isStoredBySingleStatementsWhereSeveralAreRefused() throws Exception {
        wire.changeFirst(PacketIT::withoutMultiStatements);
        assertTrue(tripsOfABatch() > 5, trips + " round trips");
        verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"; INSERT", "; COMMIT"})
    void batch_isStoredBySingleStatementsWhereAProxyCutsTheConnectionAtEachPacket(String part) throws Exception {
        wire.changeRequests(bytes -> holds(bytes, part) ? cut(bytes) : bytes);
        HasherPod.result(pod(1).hashing(step -> {})).orElseThrow();
        verify();
    }

    @Test
    void batch_isStoredBySingleStatementsWhereThePacketWithCommitIsRefused() throws Exception {
        wire.changeRequests(PacketIT::withoutCommit);
        HasherPod.result(pod(1).hashing(step -> {})).orElseThrow();
        verify();
    }

    @Test
    void batches_areStoredByPacketsWhereEachSecondPacketComesThrough() throws Exception {
        AtomicInteger packets = new AtomicInteger();
        wire.changeRequests(bytes -> holds(bytes, "; COMMIT") && packets.getAndIncrement() % 2 == 0
                ? cut(bytes) : bytes);
        HasherPod pod = pod(1);
        AtomicBoolean published = new AtomicBoolean();
        pod.hash(step -> {
            if (step.equals("remove") && packets.get() > 0 && !published.getAndSet(true)) {
                publishOneMore(pod);
            }
        });
        assertTrue(packets.get() >= 4 && packets.get() % 2 == 0, packets + " packets");
        assertEquals(List.of("a", "c", "d"), Sql.query(database, "SELECT FileName FROM FileHash ORDER BY ID"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ANSI_QUOTES"})
    void name_thatLooksLikeSqlIsStoredAsItIs(String mode) throws Exception {
        List<String> names = List.of("! \\", "a\"; COMMIT; --", "a', 'b', 'c', NOW()); DROP TABLE FileHash; -- ",
                "a\\'; DROP TABLE FileHash; -- ", "b;", "b\\\\'; ROLLBACK; -- ", "c\n; # ?", "d ? ?", "e\u0000; \u001a",
                "f \uD83D\uDE00'; \u00a5'; \u20a9'; \u0160' \u00bf'", "g `; /*");
        String params = "sessionVariables=sql_mode='" + mode + "'";
        HasherPod pod = new HasherPod(root, HasherPod.mysql(database, database.port(), params),
                new JobId(HasherPod.RUN, 0, 1), HashMethod.MD5);
        for (String name : names) {
            pod.put(name, name);
        }
        pod.fail("h'; DROP TABLE FileHash; -- ", Failure.Kind.GONE, "it's gone\\'; DROP TABLE FileHashError; -- ");
        pod.fetched(names.size() + 1);
        assertEquals(new Tally(names.size(), 1, Map.of("GONE", 1L), pod.hash().tally().bytes()),
                pod.progress().orElseThrow().tally());
        assertEquals(names, Sql.query(database, "SELECT FileName FROM FileHashOfRequest ORDER BY ID"));
        assertEquals(List.of("h'; DROP TABLE FileHash; -- |it's gone\\'; DROP TABLE FileHashError; -- "),
                Sql.query(database, "SELECT FileName, Message FROM FileHashError"));
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FileHash", "FileHashBatch", "FileHashError"})
    void error_ofAnyStatementInAPacketIsTheReasonToGiveUp(String table) throws Exception {
        tables();
        asRoot("CREATE TRIGGER refuse BEFORE INSERT ON " + table + " FOR EACH ROW SIGNAL SQLSTATE '42000' SET "
                + "MYSQL_ERRNO = 1142, MESSAGE_TEXT = 'INSERT command denied for table " + table + "'");
        String why = assertThrows(GiveUp.class, pod(1)::hash).getMessage();
        assertTrue(why.startsWith("INSERT command denied for table " + table), why);
        assertEquals(List.of("0|0"), Sql.query(database, "SELECT (SELECT COUNT(*) FROM FileHash), (SELECT COUNT(*) "
                + "FROM FileHashError)"));
    }

    @ParameterizedTest
    @CsvSource({"FileHash, 1290", "FileHashBatch, 1213", "FileHashError, 1205"})
    void error_thatPassesInAPacketIsWaitedFor(String table, int number) throws Exception {
        tables();
        asRoot("CREATE TRIGGER refuse BEFORE INSERT ON " + table + " FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET "
                + "MYSQL_ERRNO = " + number + ", MESSAGE_TEXT = 'not now'");
        AtomicInteger batches = new AtomicInteger();
        assertEquals(2, tripsOfABatch(step -> {
            if (step.equals("update job") && batches.incrementAndGet() == 3) {
                dropTrigger();
            }
        }));
        assertEquals(3, batches.get());
        verify();
    }

    private int tripsOfABatch() throws Exception {
        return tripsOfABatch(step -> {});
    }

    private int tripsOfABatch(Consumer<String> steps) throws Exception {
        int[] begun = new int[1];
        pod(1).hash(step -> {
            steps.accept(step);
            if (step.equals("update job")) {
                begun[0] = wire.roundTrips();
            } else if (step.equals("committed") && begun[0] > 0 && trips == 0) {
                trips = wire.roundTrips() - begun[0];
            }
        }).orElseThrow();
        return trips;
    }

    private HasherPod pod(int job) throws Exception {
        HasherPod pod = new HasherPod(root.resolve("pod-" + job), HasherPod.mysql(database, wire.port(), PLAIN),
                new JobId(HasherPod.RUN, job, 1), HashMethod.MD5);
        pod.put("a", "a");
        pod.fail("b", Failure.Kind.GONE, "it is gone");
        pod.put("c", "c");
        pod.fetched(3);
        return pod;
    }

    /** Runs an attempt that has nothing to do. */
    private void tables() throws Exception {
        HasherPod pod = new HasherPod(root.resolve("other"), database, 1, HashMethod.MD5);
        pod.fetched(0);
        pod.hash();
    }

    private void verify() throws Exception {
        assertEquals(List.of("a|MD5", "c|MD5"), Sql.query(database, "SELECT FileName, HashMethod FROM "
                + "FileHashOfRequest WHERE JobID = 1 ORDER BY ID"));
        assertEquals(List.of("b|GONE"), Sql.query(database, "SELECT FileName, Error FROM FileHashError"));
        assertEquals(List.of("2|1|3"), Sql.query(database, "SELECT Files, Failed, Listed FROM FileHashJob "
                + "WHERE JobID = 1"));
    }

    /** The client's capabilities stand behind the packet's header of four bytes, lowest first. */
    static byte[] withoutMultiStatements(byte[] login) {
        byte[] changed = login.clone();
        changed[4 + 2] &= ~1;
        return changed;
    }

    /** The server takes what stands before it for the transaction's, and answers 1064. */
    private static byte[] withoutCommit(byte[] request) {
        return new String(request, ISO_8859_1).replace("; COMMIT", "; COMMIX").getBytes(ISO_8859_1);
    }

    private static boolean holds(byte[] request, String part) {
        return new String(request, ISO_8859_1).contains(part);
    }

    private byte[] cut(byte[] request) {
        wire.cut();
        return request;
    }

    private static void publishOneMore(HasherPod pod) {
        try {
            pod.put("d", "d");
            pod.fetched(4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void dropTrigger() {
        try {
            asRoot("DROP TRIGGER refuse");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void asRoot(String sql) throws SQLException {
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
