package filehash.hash.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import filehash.hash.HasherPod;
import filehash.hash.Logs;
import filehash.hash.Sql;
import filehash.hash.job.Attempt;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.program.Secret;
import filehash.program.StopSignal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults of MySQL that pass, and faults that last. */
class MySqlOutageIT {
    private static final Duration BOUND = Await.BOUND;

    @TempDir
    private Path root;
    private MySqlServer.Database database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = MySqlServer.shared().createDatabase("outage");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"wrong password|outage|Access denied for user",
            "right|nowhere|Access denied for user 'outage'@'%' to database 'nowhere'"})
    void login_thatIsRefusedIsAReasonToGiveUp(String password, String name, String reason) throws Exception {
        Conf.MySql mysql = new Conf.MySql(database.host(), database.port(), name, database.user(),
                new Secret(password.equals("right") ? database.password() : "not-the-password"), null);
        GiveUp e = givenUp(mysql);
        assertTrue(e.getMessage().contains(reason), e.getMessage());
        assertFalse(e.getMessage().contains("not-the-password"), e.getMessage());
    }

    @Test
    void database_thatIsNotThereIsAReasonToGiveUp() throws Exception {
        Conf.MySql mysql = new Conf.MySql(database.host(), database.port(), "nowhere", "root", null, null);
        assertTrue(givenUp(mysql).getMessage().contains("Unknown database 'nowhere'"));
    }

    @Test
    void right_thatIsMissingIsAReasonToGiveUp() throws Exception {
        hashed();
        database = MySqlServer.shared().createDatabase("outage", "SELECT, CREATE");
        assertTrue(givenUp(HasherPod.mysql(database, database.port(), null)).getMessage()
                .matches("(?s).*INSERT.* command denied to user .*: GRANT SELECT, INSERT, UPDATE .*"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"sslMdoe=VERIFY_IDENTITY,'sslMdoe' is not a parameter",
            "tcpKeepAlive=true&useSSL,parameter 2 is not name=value", "a=1&&b=2,'a' is not a parameter",
            "sessionVariables=%zz,the value of 'sessionVariables' is not URL-encoded", "sslMode=SOMETIMES,sslMode",
            "connectionTimeZone=Mars/Sea,Mars"})
    void params_thatAreBrokenAreAReasonToGiveUp(String params, String reason) throws Exception {
        GiveUp e = givenUp(HasherPod.mysql(database, database.port(), params));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    void params_cannotSwitchOffWhatTheProgramReliesOn() throws Exception {
        String params = "?useAffectedRows=true&autoReconnect=true&socketTimeout=0&useServerPrepStmts=true"
                + "&characterEncoding=latin1&user=root&password=&explainSlowQueries=true&maxRows=1"
                + "&useLocalTransactionState=true&maxAllowedPacket=1024&allowMultiQueries=true&tcpKeepAlive=true"
                + "&sessionVariables=sql_mode=%27%27,wait_timeout=28800,autocommit=1,innodb_lock_wait_timeout=1000";
        Conf.MySql mysql = HasherPod.mysql(database, database.port(), params);
        HasherPod pod = new HasherPod(root, mysql, new JobId(HasherPod.RUN, 0, 1), HashMethod.MD5);
        pod.put("Ωé", "a");
        pod.fetched(1);
        String log = Logs.of(pod::hash);
        assertTrue(log.contains("useServerPrepStmts, characterEncoding, user, password, explainSlowQueries"), log);
        assertEquals(List.of("Ωé"), Sql.query(database, "SELECT FileName FROM FileHash"));
        Session session = Session.open(Address.url(mysql), Address.properties(mysql), true);
        assertEquals(List.of("30|5|STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION|0|utf8mb4|" + database.user()),
                session.query(result -> result.getString(1), "SELECT CONCAT_WS('|', @@wait_timeout, "
                        + "@@innodb_lock_wait_timeout, @@sql_mode, @@autocommit + 0, @@character_set_client, "
                        + "SUBSTRING_INDEX(USER(), '@', 1))"));
        session.abort();
    }

    @Test
    void connections_thatAreTooManyAreWaitedFor() throws Exception {
        asRoot("ALTER USER 'outage'@'%' WITH MAX_USER_CONNECTIONS 1");
        CompletableFuture<Optional<HashFin>> hashing;
        try (Connection other = database.connect()) {
            assertTrue(other.isValid((int) BOUND.toSeconds()));
            hashing = hashingTroubled("max_user_connections");
        }
        HasherPod.result(hashing).orElseThrow();
    }

    /** The answer of ProxySQL if its rules send reads to replicas. */
    @Test
    void proxy_thatSplitsReadsFromWritesIsAReasonToGiveUp() throws Exception {
        hashed();
        asRoot("CREATE TRIGGER split BEFORE INSERT ON FileHashJob FOR EACH ROW SIGNAL SQLSTATE 'Y0000' SET "
                + "MYSQL_ERRNO = 9006, MESSAGE_TEXT = 'ProxySQL Error: connection "
                + "is locked to hostgroup 0 but trying to reach "
                + "hostgroup 1'");
        String why = givenUp(HasherPod.mysql(database, database.port(), null)).getMessage();
        assertTrue(why.startsWith("ProxySQL Error: ") && why.endsWith("route them all to the writer"), why);
    }

    @Test
    void server_thatIsReadOnlyIsWaitedFor() throws Exception {
        hashed();
        asRoot("SET GLOBAL read_only = 1");
        CompletableFuture<Optional<HashFin>> hashing;
        try {
            hashing = hashingTroubled("read-only");
        } finally {
            asRoot("SET GLOBAL read_only = 0");
        }
        HasherPod.result(hashing).orElseThrow();
    }

    @Test
    void server_thatIsNotThereIsWaitedFor() throws Exception {
        try (Wire wire = new Wire(database.host(), database.port())) {
            wire.refuse();
            CompletableFuture<Optional<HashFin>> hashing = hashingTroubled("Connection refused",
                    HasherPod.mysql(database, wire.port(), null));
            wire.accept();
            HasherPod.result(hashing).orElseThrow();
        }
    }

    @Test
    void host_unknownToDnsForLongIsAReasonToGiveUp() throws Exception {
        GiveUp e = givenUpWithin(Duration.ofMillis(300), "no-such-host.invalid");
        assertTrue(e.getMessage().contains("no-such-host.invalid"), e.getMessage());
    }

    @Test
    void host_unknownToDnsIsRetriedForAWhile() throws Exception {
        Conf.MySql nowhere = at("no-such-host.invalid");
        HasherPod pod = pod(nowhere);
        List<CompletableFuture<Optional<HashFin>>> hashing = new ArrayList<>();
        Logs.until("no-such-host.invalid", BOUND, () -> hashing.add(pod.hashing(step -> {})));
        assertFalse(hashing.get(0).isDone());
        pod.signal.request();
        assertEquals(Optional.empty(), HasherPod.result(hashing.get(0)));
    }

    @Test
    void host_unknownToDnsIsRetriedAsLongAfterAHaltedAttempt() throws Exception {
        Duration time = Duration.ofMillis(300);
        HasherPod pod = pod(at("no-such-host.invalid"));
        Attempt halted = new Attempt(pod.directory, pod.conf.id(), pod.signal, step -> {
            if (step.equals("wait")) {
                pod.signal.request();
            }
        });
        AtomicInteger tries = new AtomicInteger();
        Attempt next = new Attempt(pod.directory, pod.conf.id(), new StopSignal(),
                step -> tries.addAndGet(step.equals("connect") ? 1 : 0));
        try (Database unknown = new Database(pod.conf.mysql(), () -> {}, took -> {}, time)) {
            assertThrows(Attempt.Halted.class, () -> unknown.prepareSchema(halted));
            long since = System.nanoTime();
            Await.until("the time is over", BOUND, () -> System.nanoTime() - since > time.toNanos());
            assertThrows(GiveUp.class,
                    () -> HasherPod.result(HasherPod.background("asks", () -> unknown.prepareSchema(next))));
        }
        assertTrue(tries.get() > 1, tries + " tries");
    }

    @Test
    void server_thatAcceptsAndNeverAnswersIsWaitedFor() throws Exception {
        try (Wire wire = new Wire(database.host(), database.port())) {
            wire.hold();
            CompletableFuture<Optional<HashFin>> hashing = hashingTroubled("timed out",
                    HasherPod.mysql(database, wire.port(), null));
            wire.pass();
            HasherPod.result(hashing).orElseThrow();
        }
    }

    @Test
    void row_lockedByAnotherIsWaitedFor() throws Exception {
        hashed();
        CompletableFuture<Optional<HashFin>> hashing;
        try (Connection other = database.connect(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM FileHashJob FOR UPDATE");
            hashing = hashingTroubled("Lock wait timeout");
        }
        HasherPod.result(hashing).orElseThrow();
    }

    @Test
    void deadlock_isTriedAgain() throws Exception {
        hashed();
        HasherPod pod = pod(HasherPod.mysql(database, database.port(), null));
        try (Connection other = database.connect(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            long next = Long.parseLong(Sql.query(database, "SELECT MAX(ID) + 1 FROM FileHash").get(0));
            for (long id = next; id < next + 20; id++) { // it has done more, so the hasher is the one to be rolled back
                statement.execute("INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID) VALUES (" + id + ", " + id
                        + ", 'other', 0)");
            }
            AtomicReference<CompletableFuture<Boolean>> locking = new AtomicReference<>();
            String log = Logs.of(() -> {
                CompletableFuture<Optional<HashFin>> hashing = pod.hashing(HasherPod.beforeCommit(() -> {
                    if (locking.get() == null) { // the row's lock is held here, and the entry not yet inserted
                        locking.set(HasherPod.background("other", () -> statement.execute(
                                "SELECT * FROM FileHashJob FOR UPDATE")));
                        awaitLockWait(); // else the hasher may wait for it first, and give that up after 5 s
                    }
                }));
                Await.until("the other gets the lock", BOUND, () -> locking.get() != null && locking.get().isDone());
                HasherPod.result(locking.get());
                other.rollback();
                HasherPod.result(hashing).orElseThrow();
            });
            assertTrue(log.contains("Deadlock found"), log);
        }
        assertEquals(List.of("1"), Sql.query(database, "SELECT COUNT(*) FROM FileHash WHERE FileName = 'b'"));
    }

    /** Waits until a session waits for the lock of a row of the jobs. */
    private void awaitLockWait() {
        Await.until("it waits for the lock", BOUND, () -> {
            try (Connection root = MySqlServer.shared().connect(database.name());
                    Statement statement = root.createStatement();
                    ResultSet waiting = statement.executeQuery("SELECT 1 FROM information_schema.INNODB_TRX WHERE "
                            + "trx_state = 'LOCK WAIT' AND trx_query LIKE 'SELECT % FROM FileHashJob FOR UPDATE'")) {
                return waiting.next();
            }
        });
    }

    @Test
    void session_endedWhileIdleIsOpenedAgainWithoutALogLine() throws Exception {
        HasherPod pod = pod(HasherPod.mysql(database, database.port(), null));
        pod.directory.remove(PodFile.S3_FIN);
        String log = Logs.of(() -> {
            CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
            String mine = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'outage' AND TIME >= 2 AND ID <> "
                    + "CONNECTION_ID()";
            asRoot("KILL " + Await.value("it is idle", () -> Sql.query(database, mine), all -> all.size() == 1).get(0));
            pod.put("c", "c");
            pod.fetched(2);
            HasherPod.result(hashing).orElseThrow();
        });
        assertFalse(log.contains("WARN"), log);
        assertEquals(List.of("b", "c"), Sql.query(database, "SELECT FileName FROM FileHash ORDER BY ID"));
    }

    @Test
    void stop_isObeyedWhileMySqlIsAway() throws Exception {
        try (Wire wire = new Wire(database.host(), database.port())) {
            wire.refuse();
            HasherPod pod = pod(HasherPod.mysql(database, wire.port(), null));
            CompletableFuture<Optional<HashFin>> hashing = pod.hashing(step -> {});
            pod.directory.write(PodFile.CONF, pod.conf.says(Conf.State.STOP));
            assertEquals(Optional.empty(), HasherPod.result(hashing));
        }
    }

    /** Hashes a job of its own, so that the tables exist. */
    private void hashed() throws Exception {
        HasherPod pod = new HasherPod(root.resolve("other"), HasherPod.mysql(database, database.port(), null),
                new JobId("other", 0, 1), HashMethod.MD5);
        pod.put("a", "a");
        pod.fetched(1);
        pod.hash();
    }

    private HasherPod pod(Conf.MySql mysql) throws Exception {
        HasherPod pod = new HasherPod(root, mysql, new JobId(HasherPod.RUN, 0, 1), HashMethod.MD5);
        pod.put("b", "b");
        pod.fetched(1);
        return pod;
    }

    private GiveUp givenUp(Conf.MySql mysql) throws Exception {
        HasherPod pod = pod(mysql);
        return assertThrows(GiveUp.class, () -> HasherPod.result(pod.hashing(step -> {})));
    }

    private GiveUp givenUpWithin(Duration time, String host) throws Exception {
        HasherPod pod = pod(at(host));
        Attempt attempt = new Attempt(pod.directory, pod.conf.id(), pod.signal, step -> {});
        try (Database unknown = new Database(pod.conf.mysql(), () -> {}, took -> {}, time)) {
            return assertThrows(GiveUp.class, () -> HasherPod.result(HasherPod.background("asks",
                    () -> unknown.transaction(attempt, session -> session.isAlive()))));
        }
    }

    private Conf.MySql at(String host) {
        return new Conf.MySql(host, database.port(), database.name(), database.user(), new Secret(database.password()),
                null);
    }

    private CompletableFuture<Optional<HashFin>> hashingTroubled(String trouble) throws Exception {
        return hashingTroubled(trouble, HasherPod.mysql(database, database.port(), null));
    }

    /** Hashes until the log reports this trouble, and goes on. */
    private CompletableFuture<Optional<HashFin>> hashingTroubled(String trouble, Conf.MySql mysql) throws Exception {
        HasherPod pod = pod(mysql);
        List<CompletableFuture<Optional<HashFin>>> hashing = new ArrayList<>();
        Logs.until(trouble, BOUND, () -> hashing.add(pod.hashing(step -> {})));
        return hashing.get(0);
    }

    private void asRoot(String sql) throws SQLException {
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
