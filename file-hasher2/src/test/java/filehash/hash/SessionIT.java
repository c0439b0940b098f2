package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session that serves one attempt after another. */
class SessionIT {
    @TempDir
    private Path root;
    private MySqlServer.Database database;
    private final List<String> steps = new ArrayList<>();
    private HasherPod pod;
    @AutoClose
    private Hasher hasher;

    @BeforeEach
    void hashTheFirstJob() throws Exception {
        database = MySqlServer.shared().createDatabase("session");
        pod = pod("run", 0, null);
        hasher = pod.hasher(steps::add);
        hasher.run(pod.conf);
        assertEquals(1, count("connect"));
        steps.clear();
    }

    @Test
    void attempts_ofOneRunShareASessionAndALookAtTheTables() throws Exception {
        hash("run", 1, null);
        assertEquals(0, count("connect"));
        assertEquals(0, count("read tables"));
    }

    @Test
    void tables_thatWereReplacedBetweenRunsAreCreatedAgain() throws Exception {
        asRoot("RENAME TABLE FileHash TO FileHashOld");
        asRoot("UPDATE FileHashBatch SET Date = Date - INTERVAL 1 DAY"); // or the same ids may come within a second
        hash("other", 0, null);
        assertEquals(0, count("connect"));
        assertEquals(List.of("1"), Sql.query(database, "SELECT COUNT(*) FROM FileHash"));
    }

    @Test
    void session_isOpenedAgainWhereConfNamesAnotherServer() throws Exception {
        hash("run", 1, "tcpKeepAlive=true");
        assertEquals(1, count("connect"));
        assertEquals(1, count("read tables"));
    }

    @Test
    void session_thatIsLostBetweenAttemptsIsOpenedAgain() throws Exception {
        String mine = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'session' AND ID <> CONNECTION_ID()";
        asRoot("KILL " + Await.value("those of tests before are gone", () -> Sql.query(database, mine),
                all -> all.size() == 1).get(0));
        hash("run", 1, null);
        assertEquals(1, count("connect"));
    }

    @Test
    void attempt_thatGivesUpLeavesNoLock() throws Exception {
        HasherPod failing = pod("run", 1, null);
        failing.fetched(2);
        assertThrows(GiveUp.class, () -> hasher.run(failing.conf));
        assertFalse(steps.isEmpty());
        assertEquals(List.of("1"), locked("FileHashJob WHERE JobID = 1"));
    }

    @Test
    void error_makesTheNextAttemptLookAtTheTables() throws Exception {
        asRoot("DROP TABLE FileHash");
        HasherPod failing = pod("run", 1, null);
        assertThrows(GiveUp.class, () -> hasher.run(failing.conf));
        hash("run", 2, null);
        assertEquals(List.of("1"), Sql.query(database, "SELECT COUNT(*) FROM FileHash"));
    }

    @Test
    void job_thatHasGoneBackMakesTheNextAttemptLookAtTheTables() throws Exception {
        HasherPod failing = pod("run", 1, null);
        try (Hasher other = failing.hasher(step -> {
            steps.add(step);
            if (step.equals("update job") && count(step) == 1) {
                changeTheJob();
            }
        })) {
            assertThrows(GiveUp.class, () -> other.run(failing.conf));
            steps.clear();
            steps.add("update job"); // the next one's is left alone
            assertTrue(other.run(pod("run", 2, null).conf).isPresent());
        }
        assertEquals(1, count("read tables"));
    }

    private void changeTheJob() {
        try {
            asRoot("UPDATE FileHashJob SET Files = Files + 1 WHERE JobID = 1");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private int count(String step) {
        return Collections.frequency(steps, step);
    }

    private void hash(String run, int job, String params) throws Exception {
        assertEquals(1, hasher.run(pod(run, job, params).conf).orElseThrow().tally().files());
    }

    private HasherPod pod(String run, int job, String params) throws Exception {
        Conf.MySql mysql = HasherPod.mysql(database, database.port(), params);
        HasherPod next = new HasherPod(root, mysql, new JobId(run, job, 1), HashMethod.MD5);
        next.put("a", "a");
        next.fetched(1);
        return next;
    }

    private List<String> locked(String rows) throws Exception {
        try (Connection session = database.connect(); Statement statement = session.createStatement()) {
            statement.execute("SET innodb_lock_wait_timeout = 1");
            assertEquals(1, statement.executeUpdate("UPDATE FileHashJob SET HostName = HostName, Updated = NOW(3) "
                    + "WHERE JobID = 1"));
        }
        return Sql.query(database, "SELECT COUNT(*) FROM " + rows);
    }

    private void asRoot(String sql) throws Exception {
        try (Connection session = MySqlServer.shared().connect(database.name());
                Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
