package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.job.HashMethod;
import filehash.job.JobId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users own FileHash: they empty, prune and replace it, and then its ids start again. */
class ReplacedTableIT {
    private static final String CREATE = "CREATE TABLE FileHash (ID int(11) auto_increment primary key, "
            + "HostName text, FileName varchar(256), HashMethod char(10), Hash text, Date datetime)";

    @TempDir
    private Path root;
    private MySqlServer.Database database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = MySqlServer.shared().createDatabase("replaced");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATE TABLE FileHash", "RENAME TABLE FileHash TO FileHashOld; " + CREATE,
            "DROP TABLE FileHash; " + CREATE, "DELETE FROM FileHash; ALTER TABLE FileHash AUTO_INCREMENT = 1"})
    void runs_beforeAndAfterTheReplacementAreProvedApart(String replacement) throws Exception {
        hash("old", names("a", 40), 3);
        assertEquals(List.of("yes"), proof("old"));
        asRoot(replacement.split("; "));
        hash("new", names("b", 50), 4);
        assertEquals(List.of("no"), proof("old"));
        assertEquals(List.of("yes"), proof("new"));
        assertEquals(names("b", 50), rows("new"));
        assertEquals(List.of(), rows("old"));
    }

    @Test
    void run_afterAShorterReplacementLeavesNoRowToTheOneBefore() throws Exception {
        hash("old", names("a", 40), 7);
        asRoot("TRUNCATE TABLE FileHash");
        hash("new", names("b", 5), 3);
        assertEquals(List.of("no"), proof("old"));
        assertEquals(List.of("yes"), proof("new"));
        hash("next", names("c", 60), 5);
        assertEquals(List.of("no", "yes", "yes"), List.of(proof("old").get(0), proof("new").get(0),
                proof("next").get(0)));
        assertEquals(names("b", 5), rows("new"));
        assertEquals(names("c", 60), rows("next"));
    }

    /** Rows at the end are deleted, and a restarted server gives their ids again, as MySQL does before version 8. */
    @Test
    void rows_thatAreKeptStayThoseOfTheirRun() throws Exception {
        hash("old", names("a", 10), 10);
        asRoot("DELETE FROM FileHash WHERE ID > 6", "ALTER TABLE FileHash AUTO_INCREMENT = 1");
        hash("new", names("b", 3), 10);
        assertEquals(names("a", 10).subList(0, 6), rows("old"));
        assertEquals(names("b", 3), rows("new"));
        assertEquals(List.of("no"), proof("old"));
        assertEquals(List.of("yes"), proof("new"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(1, 2), (3, 3), (4, 30), (31, 40)", "(1, 40)", "(3, 7)", "(1, 3), (7, 9)",
            "(4, 4), (6, 6)", "(2, 4), (5, 5), (7, 20)", "(1, 6), (2, 1)"})
    void entries_thatOverlapInAnyWayAreOverruled(String old) throws Exception {
        hash("first", List.of("a"), 1);
        asRoot("DELETE FROM FileHash", "DELETE FROM FileHashBatch", "ALTER TABLE FileHash AUTO_INCREMENT = 3",
                "INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID) VALUES "
                        + old.replace(")", ", 'first', 0)"));
        hash("new", names("b", 5), 5);
        assertEquals(List.of("3|5"), Sql.query(database, "SELECT MIN(ID), COUNT(*) FROM FileHash"));
        assertEquals(names("b", 5), rows("new"));
        assertEquals(List.of(), rows("first"));
        assertEquals(List.of("yes"), proof("new"));
    }

    @Test
    void pods_thatReuseIdsSideBySideKeepTheirOwnRows() throws Exception {
        hash("old", names("a", 300), 10);
        asRoot("TRUNCATE TABLE FileHash");
        List<CompletableFuture<?>> work = new ArrayList<>();
        for (int job = 0; job < 4; job++) {
            HasherPod pod = pod("new", job);
            work.add(pod.fetching(names("b" + job, 100), 3 + job));
            work.add(pod.hashing(step -> {}));
        }
        for (CompletableFuture<?> part : work) {
            HasherPod.result(part);
        }
        assertEquals(List.of(), rows("old"));
        assertEquals(List.of("0|100", "1|100", "2|100", "3|100"), Sql.query(database, "SELECT JobID, COUNT(*) FROM "
                + "FileHashOfRequest WHERE Run = 'new' AND FileName LIKE CONCAT('b', JobID, '%') GROUP BY JobID "
                + "ORDER BY JobID"));
        assertEquals(List.of("400"), Sql.query(database, "SELECT COUNT(*) FROM FileHashOfRequest"));
    }

    @Test
    void table_thatIsReplacedInTheMiddleOfARunDoesNotProveIt() throws Exception {
        HasherPod pod = pod("new", 0);
        CompletableFuture<?> hashing = pod.hashing(step -> {});
        pod.put("a", "a");
        Await.until("it is stored", HasherPod.BOUND, () -> rows("new").size() == 1);
        asRoot("TRUNCATE TABLE FileHash");
        pod.put("b", "b");
        Await.until("the next is stored", HasherPod.BOUND, () -> rows("new").equals(List.of("b")));
        pod.signal.request();
        HasherPod.result(hashing);
        assertEquals(List.of("no"), proof("new"));
    }

    /** Both runs had the same ids; the table that is there decides to which of them the rows belong. */
    @Test
    void table_thatComesBackCountsForItsOwnRunAlone() throws Exception {
        hash("old", names("a", 5), 5);
        asRoot("RENAME TABLE FileHash TO FileHashOld", CREATE);
        hash("new", names("a", 5), 5);
        asRoot("RENAME TABLE FileHash TO FileHashNew, FileHashOld TO FileHash");
        assertEquals(List.of("no"), proof("new"));
        assertEquals(List.of(), rows("new"));
        asRoot("RENAME TABLE FileHash TO FileHashOld, FileHashNew TO FileHash");
        assertEquals(List.of("yes"), proof("new"));
        assertEquals(List.of("no"), proof("old"));
    }

    private HasherPod pod(String run, int job) throws Exception {
        return new HasherPod(root.resolve(run + "-" + job), HasherPod.mysql(database, database.port(), null),
                new JobId(run, job, 1), HashMethod.MD5);
    }

    private void hash(String run, List<String> names, int limit) throws Exception {
        HasherPod pod = pod(run, 0);
        CompletableFuture<Void> fetching = pod.fetching(names, limit);
        pod.hash();
        HasherPod.result(fetching);
    }

    private static List<String> names(String first, int count) {
        return IntStream.range(0, count).mapToObj(i -> String.format("%s-%03d", first, i)).toList();
    }

    private List<String> rows(String run) throws SQLException {
        return Sql.query(database, "SELECT FileName FROM FileHashOfRequest WHERE Run = '" + run + "' ORDER BY ID");
    }

    private List<String> proof(String run) throws SQLException {
        return Sql.query(database, "SELECT Complete FROM FileHashProof WHERE Run = '" + run + "'");
    }

    private void asRoot(String... statements) throws SQLException {
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
