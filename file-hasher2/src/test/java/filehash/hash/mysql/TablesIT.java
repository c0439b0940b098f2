package filehash.hash.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.hash.HasherPod;
import filehash.hash.Logs;
import filehash.hash.Sql;
import filehash.job.Amount;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables and views as users and servers have them. */
class TablesIT {
    private static final String RANGES =
            "SELECT RangeStart, RangeBefore, PlannedObjects, PlannedBytes FROM FileHashJob";

    private static final String DOCUMENTED = "CREATE TABLE FileHash (ID int(11) auto_increment primary key, "
            + "HostName text, FileName varchar(256), HashMethod char(10), Hash text, Date datetime)";
    private static final String RIGHTS = "SELECT, INSERT, UPDATE";

    @TempDir
    private Path root;
    private MySqlServer.Database database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = MySqlServer.shared().createDatabase("tables");
    }

    @Test
    void documentedTable_isUsedWithItsOldRows() throws Exception {
        asRoot(DOCUMENTED, "INSERT INTO FileHash (ID, FileName, HashMethod, Hash) VALUES (41, 'old', 'MD5', 'x')");
        hash("new");
        assertEquals(List.of("41|old", "42|new"),
                Sql.query(database, "SELECT ID, FileName FROM FileHash ORDER BY ID"));
        assertEquals(List.of("42|42"), Sql.query(database, "SELECT FirstID, LastID FROM FileHashBatch"));
        assertEquals(List.of("42|new|1"),
                Sql.query(database, "SELECT ID, FileName, RequestID FROM FileHashOfRequest"));
    }

    @Test
    void tables_withoutRightToMakeThemAreNamedWithTheirStatements() throws Exception {
        database = MySqlServer.shared().createDatabase("tables", RIGHTS);
        GiveUp e = assertThrows(GiveUp.class, () -> hash("a"));
        for (Table table : Table.ALL) {
            assertTrue(e.getMessage().contains(table.create()), e.getMessage());
            asRoot(table.create());
        }
        hash("a");
        assertEquals(List.of("a"), Sql.query(database, "SELECT FileName FROM FileHash"));
        assertEquals(List.of(), Sql.query(database, "SHOW FULL TABLES WHERE Table_type = 'VIEW'"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"ID|smallint NOT NULL AUTO_INCREMENT", "ID|int NOT NULL",
            "HostName|varchar(20)", "FileName|varchar(255)", "FileName|tinytext", "FileName|varbinary(256)",
            "HashMethod|char(5)", "Hash|varchar(64)", "Hash|blob", "Date|date"})
    void column_narrowerThanDocumentedIsAReasonToGiveUp(String column, String type) throws Exception {
        asRoot(DOCUMENTED, "ALTER TABLE FileHash MODIFY " + column + " " + type);
        GiveUp e = assertThrows(GiveUp.class, () -> hash("a"));
        String alter = "ALTER TABLE FileHash MODIFY " + column + " ";
        assertTrue(e.getMessage().contains("FileHash." + column + " is ") && e.getMessage().contains(alter),
                e.getMessage());
        asRoot(e.getMessage().substring(e.getMessage().indexOf(alter)));
        hash("a");
        assertEquals(List.of("a"), Sql.query(database, "SELECT FileName FROM FileHash"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ID bigint NOT NULL AUTO_INCREMENT", "ID int unsigned NOT NULL AUTO_INCREMENT",
            "HostName mediumtext", "FileName varchar(1024)", "FileName text", "HashMethod varchar(10)", "Hash longtext",
            "Date datetime(6)", "Date datetime NOT NULL"})
    void column_widerThanDocumentedIsUsed(String definition) throws Exception {
        asRoot(DOCUMENTED, "ALTER TABLE FileHash MODIFY " + definition);
        hash("a");
        assertEquals(List.of("pod-1|a|MD5|0cc175b9c0f1b6a831c399e269772661"),
                Sql.query(database, "SELECT HostName, FileName, HashMethod, Hash FROM FileHash"));
    }

    @Test
    void table_withoutTransactionsIsRefused() throws Exception {
        asRoot(DOCUMENTED + " ENGINE=MyISAM");
        GiveUp e = assertThrows(GiveUp.class, () -> hash("a"));
        assertTrue(e.getMessage().contains("ALTER TABLE FileHash ENGINE=InnoDB"), e.getMessage());
        asRoot("ALTER TABLE FileHash ENGINE=InnoDB");
        hash("a");
    }

    /** InnoDB is the only engine with transactions that is known to number the rows of one INSERT without a gap. */
    @ParameterizedTest
    @ValueSource(strings = {"FileHash", "FileHashJob", "FileHashError", "FileHashBatch"})
    void table_ofAnotherEngineThanInnoDbIsRefusedByName(String table) throws Exception {
        hash("a");
        asRoot("ALTER TABLE " + table + " ENGINE=MyISAM");
        GiveUp e = assertThrows(GiveUp.class, () -> hash("b"));
        assertEquals(table + " has the engine MyISAM and not InnoDB: ALTER TABLE " + table + " ENGINE=InnoDB",
                e.getMessage());
    }

    /** Two pods start together: one creates the tables between the two looks of the other. */
    @Test
    void tables_madeByAnotherPodBetweenTwoLooksAreUsed() throws Exception {
        HasherPod other = new HasherPod(root.resolve("other"), HasherPod.mysql(database, database.port(), null),
                new JobId(HasherPod.RUN, 1, 1), HashMethod.MD5);
        other.fetched(0);
        HasherPod pod = new HasherPod(root.resolve("pod"), database, 1, HashMethod.MD5);
        pod.put("a", "a");
        pod.fetched(1);
        List<String> looks = new ArrayList<>();
        String log = Logs.of(() -> pod.hash(step -> {
            if (step.startsWith("read ") && looks.size() < 2) {
                looks.add(step);
                if (looks.size() == 2) {
                    CompletableFuture<?> made = HasherPod.background("other", other::hash);
                    Await.until("the other has made them", HasherPod.BOUND, made::isDone);
                }
            }
        }));
        assertFalse(log.contains("WARN"), log);
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof"));
    }

    @Test
    void tables_areLookedUpByTwoQueriesForAJob() throws Exception {
        hash("a");
        logging(() -> hash("b"));
        assertEquals(2, logged("FROM information_schema"));
    }

    /** Each of these can take long if there are very many tables, and a program without steps is restarted. */
    @Test
    void heartbeat_comesBetweenAnyTwoStatementsThatExamineOrMakeTables() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.put("a", "a");
        pod.fetched(1);
        List<Integer> atSteps = new ArrayList<>(List.of(0));
        logging(() -> pod.hash(step -> atSteps.add(logged("FROM information_schema") + logged("CREATE "))));
        for (int i = 1; i < atSteps.size(); i++) {
            assertTrue(atSteps.get(i) - atSteps.get(i - 1) <= 1, "statements at each step: " + atSteps);
        }
        int made = Table.ALL.size() + View.all(new Schema("", true, true, true, true, 1024)).size();
        assertEquals(2 * 2 + made, atSteps.get(atSteps.size() - 1), "statements at each step: " + atSteps);
    }

    @Test
    void column_thatEarlierVersionsDidNotMakeIsAddedWhereTheUserMayAlter() throws Exception {
        database = MySqlServer.shared().createDatabase("tables", MySqlServer.RIGHTS + ", ALTER");
        asRoot(withoutLateColumns());
        hash("a");
        assertEquals(List.of("1|1|1"), Sql.query(database, "SELECT b.FirstID, b.LastID, b.Date = h.Date "
                + "FROM FileHashBatch b JOIN FileHash h ON h.ID = b.FirstID"));
        assertEquals(List.of("s3://bucket/"), Sql.query(database, "SELECT Source FROM FileHashSummary"));
    }

    @Test
    void column_thatEarlierVersionsDidNotMakeIsNamedInTheLogWhereTheUserMayNotAlter() throws Exception {
        asRoot(withoutLateColumns());
        String log = Logs.of(() -> hash("a"));
        assertTrue(log.contains("work goes on without it: ALTER TABLE FileHashBatch ADD Date datetime"), log);
        assertTrue(log.contains("work goes on without it: ALTER TABLE FileHashJob ADD Source varchar(2048)"), log);
        assertTrue(log.contains("work goes on without it: ALTER TABLE FileHashJob ADD Cancelled datetime(3)"), log);
        asRoot("TRUNCATE TABLE FileHash");
        hash("b", "other");
        assertEquals(List.of("other|b"), Sql.query(database, "SELECT Run, FileName FROM FileHashOfRequest"));
        assertEquals(List.of("no|" + HasherPod.RUN, "yes|other"),
                Sql.query(database, "SELECT Complete, Run FROM FileHashProof ORDER BY Run"));
        asRoot("ALTER TABLE FileHashBatch ADD Date datetime",
                "ALTER TABLE FileHashJob ADD Source varchar(2048) CHARACTER SET utf8mb4, ADD PlannedObjects bigint, "
                        + "ADD PlannedBytes bigint, ADD Cancelled datetime(3)");
        log = Logs.of(() -> hash("c", "next"));
        assertFalse(log.contains("has no column"), log);
        assertEquals(List.of("1", "0"), Sql.query(database, "SELECT Date IS NULL FROM FileHashBatch ORDER BY "
                + "FirstID"));
    }

    /** A dump or a report may hold the table for hours. */
    @Test
    void column_thatCannotBeAddedWhileTheTableIsReadIsLeftOut() throws Exception {
        database = MySqlServer.shared().createDatabase("tables", MySqlServer.RIGHTS + ", ALTER");
        asRoot(withoutLateColumns());
        try (Connection report = MySqlServer.shared().connect("tables");
                Statement statement = report.createStatement()) {
            report.setAutoCommit(false);
            statement.execute("SELECT * FROM FileHashJob");
            String log = Logs.of(() -> hash("a"));
            assertTrue(log.contains("FileHashJob has no column Source, and it could not be added"), log);
        }
        hash("b", "other");
        assertEquals(List.of("1"), Sql.query(database, "SELECT COUNT(*) FROM FileHashJob WHERE Source IS NOT NULL"));
    }

    @Test
    void range_ofAPlanIsStoredWithWhatThePlanCounted() throws Exception {
        hashPlanned();
        assertEquals(List.of("IMG_\u00e4\ud83d\ude00001234|IMG_\u00e4\ud83d\ude00001239|7|70"),
                Sql.query(database, RANGES));
        assertEquals(List.of("7|70|0"), Sql.query(database,
                "SELECT PlannedObjects, PlannedBytes, Objects FROM FileHashSummary"));
    }

    /** They hold hex prefixes, in the database's character set. */
    @Test
    void range_ofAPlanIsCutInTablesOfEarlierVersions() throws Exception {
        asRoot(Table.JOBS.create().replaceAll("(Range\\w+) varchar\\(1024\\) CHARACTER SET \\w+ COLLATE \\w+",
                "$1 varchar(8)"));
        hashPlanned();
        assertEquals(List.of("IMG_\u00e4\ud83d\ude0000|IMG_\u00e4\ud83d\ude0000|7|70"), Sql.query(database, RANGES));
    }

    @Test
    void job_withoutAPlanHasNothingPlanned() throws Exception {
        hash("a");
        assertEquals(List.of("1"), Sql.query(database, "SELECT PlannedObjects IS NULL FROM FileHashSummary"));
    }

    private void hashPlanned() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        Conf conf = new Conf(Conf.State.WORK, pod.directory.boot(), "1", pod.conf.id(), "",
                "IMG_\u00e4\ud83d\ude00001234", "IMG_\u00e4\ud83d\ude00001239", pod.conf.methods(), pod.conf.s3(),
                pod.conf.mysql(), null, new Amount(7, 70));
        pod.directory.write(PodFile.CONF, conf);
        pod.fetched(0);
        pod.hash(conf, step -> {}).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({",root/,s3://bucket/root/", "https://s3.eu-west-1.amazonaws.com,,s3://bucket/",
            "http://minio.example:9000/,a/b/,minio.example:9000 s3://bucket/a/b/",
            "https://user:secret@minio.example,é/,minio.example s3://bucket/é/"})
    void source_namesTheFolderAndWhereItIsNotAwsTheServer(URI endpoint, String folder, String source) throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        Conf conf = new Conf(Conf.State.WORK, pod.directory.boot(), "1", pod.conf.id(), folder == null ? "" : folder,
                "00", null, pod.conf.methods(), new Conf.S3("bucket", endpoint, "us-east-1", null, null, null),
                pod.conf.mysql());
        pod.directory.write(PodFile.CONF, conf);
        pod.fetched(0);
        pod.hash(conf, step -> {}).orElseThrow();
        assertEquals(List.of(source), Sql.query(database, "SELECT Source FROM FileHashSummary"));
    }

    /** The views as the last version made them, and as servers then describe them. */
    @Test
    void views_ofAnEarlierVersionAreReplacedAndTheUsersOwnAreNot() throws Exception {
        database = MySqlServer.shared().createDatabase("tables", MySqlServer.RIGHTS + ", DROP");
        Sql.run(database, Table.ALL.stream().map(Table::create).toArray(String[]::new));
        List<View> earlier = View.all(new Schema("", false, false, false, false, 8));
        Sql.run(database, earlier.stream().map(View::create).toArray(String[]::new));
        String own = earlier.get(1).replace() + " HAVING e.Error <> 'ARCHIVED'";
        Sql.run(database, own);
        String failed = definition("FileHashFailed");
        hash("a");
        for (View view : View.all(new Schema("", true, true, true, true, 1024))) {
            assertEquals(!view.name().equals("FileHashFailed"), view.isDefinedAs(definition(view.name())), view.name());
        }
        assertEquals(failed, definition("FileHashFailed"));
        assertEquals(List.of("s3://bucket/"), Sql.query(database, "SELECT Source FROM FileHashSummary"));
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof"));
    }

    @Test
    void view_thatMayNotBeReplacedIsLoggedWithItsStatement() throws Exception {
        asRoot(Table.ALL.stream().map(Table::create).toArray(String[]::new));
        Sql.run(database, View.all(new Schema("", false, false, false, false, 8)).stream().map(View::create)
                .toArray(String[]::new));
        String log = Logs.of(() -> hash("a"));
        assertTrue(log.matches("(?s).*cannot replace an earlier version's view FileHashCount: [^\n]* command denied"
                + ".*: CREATE OR REPLACE SQL SECURITY INVOKER VIEW FileHashCount AS SELECT .*"), log);
    }

    @Test
    void table_thatIsAViewIsRefused() throws Exception {
        asRoot(DOCUMENTED, "RENAME TABLE FileHash TO x", "CREATE VIEW FileHash AS SELECT * FROM x");
        GiveUp e = assertThrows(GiveUp.class, () -> hash("a"));
        assertTrue(e.getMessage().contains("FileHash is a view"), e.getMessage());
    }

    @Test
    void columns_thatAreMissingOrCannotBeFilledAreAllNamed() throws Exception {
        asRoot(DOCUMENTED, "ALTER TABLE FileHash DROP Date, ADD Owner varchar(20) NOT NULL, ADD Note varchar(20)",
                Table.JOBS.create(), "ALTER TABLE FileHashJob MODIFY LastFileName varchar(1024) CHARACTER SET latin1");
        GiveUp e = assertThrows(GiveUp.class, () -> hash("a"));
        for (String statement : List.of("ALTER TABLE FileHash ADD Date datetime",
                "ALTER TABLE FileHash MODIFY Owner varchar(20) NULL", "ALTER TABLE FileHashJob MODIFY LastFileName "
                        + "varchar(1024) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL")) {
            assertTrue(e.getMessage().contains(statement), e.getMessage());
            asRoot(statement);
        }
        hash("a");
    }

    @Test
    void ids_nearTheEndOfTheirRangeAreWarnedOfAndThenRefused() throws Exception {
        asRoot(DOCUMENTED, "ALTER TABLE FileHash AUTO_INCREMENT = 1800000000");
        hash("a");
        String log = Logs.of(() -> hash("b"));
        assertTrue(log.contains("FileHash.ID has used 83 % of its range: ALTER TABLE FileHash MODIFY ID bigint"), log);
        asRoot("ALTER TABLE FileHash AUTO_INCREMENT = 2147483647");
        hash("c");
        GiveUp e = assertThrows(GiveUp.class, () -> hash("d"));
        assertTrue(e.getMessage().contains("ALTER TABLE FileHash MODIFY ID bigint NOT NULL AUTO_INCREMENT"),
                e.getMessage());
        asRoot("ALTER TABLE FileHash MODIFY ID bigint NOT NULL AUTO_INCREMENT");
        hash("d");
        assertEquals(List.of("a", "b", "c", "d"), Sql.query(database, "SELECT FileName FROM FileHash ORDER BY ID"));
    }

    @ParameterizedTest
    @CsvSource({"latin1,é€,Ω", "utf8mb3,Ω,😀", "ascii,a,é", "cp932,日,é", "utf16,😀Ωé,"})
    void name_thatTheColumnCannotHoldIsAFailedObject(String charset, String held, String lost) throws Exception {
        asRoot(DOCUMENTED + " DEFAULT CHARSET=" + charset);
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        pod.put("1" + held, "a");
        pod.put("2?", "a");
        if (lost != null) {
            pod.put("3" + lost, "a");
        }
        pod.fetched(lost == null ? 2 : 3);
        pod.hash();
        assertEquals(List.of("1" + held, "2?"), Sql.query(database, "SELECT FileName FROM FileHash ORDER BY ID"));
        assertEquals(lost == null ? List.of() : List.of("3" + lost + "|" + Failure.Kind.NAME_NOT_STORABLE),
                Sql.query(database, "SELECT FileName, Error FROM FileHashError"));
    }

    @Test
    void names_arriveAsTheyAreWhateverTheServersModeIs() throws Exception {
        String before = Sql.query(database, "SELECT @@GLOBAL.sql_mode").get(0);
        String name = "it's \"q\" \\n `b` %s ?  ";
        asRoot("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,ONLY_FULL_GROUP_BY'");
        try {
            hash(name);
            for (String view : List.of("Summary", "Proof", "OfRequest")) {
                assertEquals(List.of("1"), Sql.query(database, "SELECT COUNT(*) FROM FileHash" + view));
            }
        } finally {
            asRoot("SET GLOBAL sql_mode = '" + before + "'");
        }
        assertEquals(List.of(name), Sql.query(database, "SELECT FileName FROM FileHash"));
    }

    @Test
    void views_reportRequestsAndProveThem() throws Exception {
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5, HashMethod.SHA1);
        pod.put("a", "a");
        pod.put("b", "bb");
        pod.fail("c", Failure.Kind.GONE, "it is gone");
        pod.fetched(3);
        pod.hash();
        assertEquals(List.of("1|a|MD5", "1|a|SHA1", "1|b|MD5", "1|b|SHA1"), Sql.query(database,
                "SELECT RequestID, FileName, HashMethod FROM FileHashOfRequest ORDER BY ID"));
        assertEquals(List.of("1|1|1|3|2|1|GONE 1|4|3"), Sql.query(database, "SELECT RequestID, Jobs, JobsFinished, "
                + "Objects, Files, Failed, FailedByClass, HashRows, Bytes FROM FileHashSummary"));
        String proof = "SELECT Jobs, JobsMissing, JobsUnfinished, Listed, Files, Failed, Errors, RowsExpected, "
                + "RowsFound, Complete FROM FileHashProof WHERE RequestID = '1'";
        assertEquals(List.of("1|0|0|3|2|1|1|4|4|yes"), Sql.query(database, proof));
        asRoot("DELETE FROM FileHash WHERE FileName = 'b' AND HashMethod = 'MD5'");
        assertEquals(List.of("1|0|0|3|2|1|1|4|3|no"), Sql.query(database, proof));
        asRoot("UPDATE FileHashJob SET Updated = Started + INTERVAL 1500000 MICROSECOND");
        assertEquals(List.of("1500|2"),
                Sql.query(database, "SELECT Seconds * 1000 DIV 1, ObjectsPerSecond FROM FileHashSummary")
                        .stream().map(row -> row.replaceAll("\\.0+", "")).toList());
    }

    /** The statements that create our own tables as earlier versions did. */
    private static String[] withoutLateColumns() {
        return Table.ALL.stream().map(table -> new Table(table.name(),
                table.columns().stream().filter(column -> !column.late()).toList(), table.keys()).create())
                .toArray(String[]::new);
    }

    private String definition(String view) throws SQLException {
        return Sql.query(database, "SELECT REPLACE(VIEW_DEFINITION, '`tables`.', '') FROM information_schema.VIEWS "
                + "WHERE TABLE_SCHEMA = 'tables' AND TABLE_NAME = '" + view + "'").get(0);
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Runs it with all statements in the server's log. */
    private void logging(Work work) throws Exception {
        String before = Sql.query(database, "SELECT @@GLOBAL.log_output").get(0);
        asRoot("TRUNCATE mysql.general_log", "SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = 1");
        try {
            work.run();
        } finally {
            asRoot("SET GLOBAL general_log = 0", "SET GLOBAL log_output = '" + before + "'");
        }
    }

    /** Counts the program's statements with these words in the log. */
    private static int logged(String words) {
        try (Connection session = MySqlServer.shared().connect("mysql");
                Statement statement = session.createStatement();
                ResultSet asked = statement.executeQuery("SELECT COUNT(*) FROM general_log WHERE user_host LIKE "
                        + "'%tables%' AND argument LIKE '%" + words + "%'")) {
            asked.next();
            return asked.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hashes a job of one object whose name is its content. */
    private void hash(String name) throws Exception {
        long attempt = Math.max(1, Sql.query(database, "SHOW TABLES LIKE 'FileHashJob'").size());
        HasherPod pod = new HasherPod(root, database, attempt, HashMethod.MD5);
        pod.put(name, name.getBytes(StandardCharsets.UTF_8));
        pod.fetched(1 + stored());
        pod.hash();
    }

    /** Hashes such a job in another run. */
    private void hash(String name, String run) throws Exception {
        HasherPod pod = new HasherPod(root, HasherPod.mysql(database, database.port(), null),
                new JobId(run, 0, 1), HashMethod.MD5);
        pod.put(name, name);
        pod.fetched(1);
        pod.hash();
    }

    private long stored() throws SQLException {
        boolean begun = !Sql.query(database, "SHOW TABLES LIKE 'FileHashJob'").isEmpty();
        return !begun ? 0 : Sql.query(database, "SELECT Files FROM FileHashJob").stream().mapToLong(Long::parseLong)
                .sum();
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
