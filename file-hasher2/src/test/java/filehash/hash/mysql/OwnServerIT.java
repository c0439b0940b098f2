package filehash.hash.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.backends.Certificate;
import filehash.backends.MySqlServer;
import filehash.hash.CrashedJob;
import filehash.hash.HasherPod;
import filehash.hash.HasherProcess;
import filehash.hash.Logs;
import filehash.hash.Sql;
import filehash.hash.job.Attempt;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that need a server of their own: it is killed, full, or speaks TLS. */
class OwnServerIT {
    @TempDir
    private Path root;

    @Test
    void server_killedBeforeAnyStepOfTheHasherLosesNothing() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn()) {
            MySqlServer.Database database = server.createDatabase("killed");
            List<String> steps = new CrashedJob(root, database).steps();
            for (int step = 0; step < steps.size(); step++) {
                CrashedJob job = new CrashedJob(root, database);
                int last = step;
                List<String> taken = new ArrayList<>();
                List<CompletableFuture<Void>> restarts = new ArrayList<>();
                job.restarted().hash(next -> {
                    if (HasherProcess.isCounted(next) && taken.size() <= last) {
                        taken.add(next);
                        if (taken.size() == last + 1) {
                            restarts.add(restarted(server));
                        }
                    }
                });
                HasherPod.result(restarts.get(0));
                job.verify(1, "killed before step " + step + " of " + steps);
            }
        }
    }

    @Test
    void server_withTooManyConnectionsIsWaitedFor() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn("--max-connections=10")) {
            MySqlServer.Database database = server.createDatabase("full");
            HasherPod pod = pod(HasherPod.mysql(database, database.port(), null));
            List<Connection> others = new ArrayList<>();
            assertThrows(SQLException.class, () -> {
                while (others.size() < 20) {
                    others.add(database.connect());
                }
            });
            List<CompletableFuture<?>> hashing = new ArrayList<>();
            Logs.until("Too many connections", HasherPod.BOUND, () -> hashing.add(pod.hashing(step -> {})));
            for (Connection other : others) {
                other.close();
            }
            HasherPod.result(hashing.get(0));
        }
    }

    @Test
    void server_isVerifiedWhereParamsSaySo() throws Exception {
        Certificate own = Certificate.of(Files.createDirectory(root.resolve("own")), "ip:127.0.0.1");
        Certificate other = Certificate.of(Files.createDirectory(root.resolve("other")), "ip:127.0.0.1");
        Certificate elsewhere = Certificate.of(Files.createDirectory(root.resolve("elsewhere")), "ip:10.0.0.1");
        try (MySqlServer server = speaking(own)) {
            MySqlServer.Database database = server.createDatabase("tls");
            HasherPod pod = pod(trusting(own, database));
            pod.hash(step -> {}).orElseThrow();
            String reason = refused(trusting(other, database));
            assertFalse(reason.contains(Certificate.PASSWORD), reason);
        }
        try (MySqlServer server = speaking(elsewhere)) {
            refused(trusting(elsewhere, server.createDatabase("tls")));
        }
    }

    /** InnoDB Cluster and Galera number rows like this. */
    @Test
    void ids_ofOtherServersInBetweenAreNotTakenForOurs() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn("--auto-increment-increment=3", "--auto-increment-offset=2")) {
            MySqlServer.Database database = server.createDatabase("increment");
            CrashedJob job = new CrashedJob(root, database);
            Sql.run(database, "INSERT INTO FileHash (ID, FileName) VALUES (3, 'other'), (6, 'other'), (9, 'other')");
            job.restarted().hash();
            job.verify(1, "with an increment of 3");
            assertEquals(List.of("0"), Sql.query(database,
                    "SELECT COUNT(*) FROM FileHashOfRequest WHERE FileName = 'other'"));
        }
    }

    @Test
    void ids_usedAgainBetweenThoseOfOtherServersOverruleNoneOfTheirs() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn("--auto-increment-increment=3", "--auto-increment-offset=2")) {
            MySqlServer.Database database = server.createDatabase("again");
            new CrashedJob(root, database).restarted().hash();
            try (Connection session = server.connect(database.name());
                    Statement statement = session.createStatement()) {
                statement.execute("TRUNCATE TABLE FileHash");
            }
            Sql.run(database, "INSERT INTO FileHash (ID, FileName) VALUES (3, 'other'), (6, 'other'), (9, 'other')",
                    "INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID) VALUES (3, 3, 'other', 0), "
                            + "(6, 6, 'other', 0), (7, 7, 'gone', 0), (9, 9, 'other', 0), (12, 13, 'gone', 0), "
                            + "(18, 99, 'gone', 0)",
                    "UPDATE FileHashBatch SET Date = Date - INTERVAL 1 DAY");
            CrashedJob job = new CrashedJob(root, database);
            job.restarted().hash();
            job.verify(1, "with an increment of 3");
            assertEquals(List.of("gone|7|7", "gone|12|13", "gone|18|19", "other|3|3", "other|6|6", "other|9|9"),
                    Sql.query(database, "SELECT Run, FirstID, LastID FROM FileHashBatch WHERE Run IN ('other', 'gone') "
                            + "ORDER BY Run, FirstID"));
        }
    }

    /** Galera changes the increment when a node joins. */
    @Test
    void increment_thatChangesBetweenTransactionsIsSeen() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn()) {
            MySqlServer.Database database = server.createDatabase("joins");
            Conf.MySql mysql = HasherPod.mysql(database, database.port(), null);
            HasherPod pod = pod(mysql);
            pod.hash();
            Session session = Session.open(Address.url(mysql), Address.properties(mysql), true);
            Ownership ownership = new Ownership(new JobId("joined", 0, 1), true,
                    new Attempt(pod.directory, pod.conf.id(), pod.signal, step -> {}));
            for (int increment : List.of(1, 3)) {
                session.update("SET SESSION auto_increment_increment = " + increment);
                session.update("INSERT INTO FileHash (FileName, Date) VALUES ('a', NOW()), ('b', NOW())");
                ownership.enter(session, 2);
            }
            session.commit();
            session.abort();
            assertEquals(List.of("2", "3", "4", "7"), Sql.query(database, "SELECT h.ID FROM FileHash h JOIN "
                    + "FileHashBatch b ON h.ID BETWEEN b.FirstID AND b.LastID WHERE b.Run = 'joined' ORDER BY h.ID"));
        }
    }

    /** In lock mode 2, the default of MySQL 8, ids are handed out while other statements insert. */
    @Test
    void ids_ofPodsThatInsertSideBySideAreTheirOwn() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn("--innodb-autoinc-lock-mode=2")) {
            MySqlServer.Database database = server.createDatabase("beside");
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                names.add(String.format("%03d", i));
            }
            List<CompletableFuture<?>> work = new ArrayList<>();
            for (int job = 0; job < 4; job++) {
                HasherPod pod = new HasherPod(root.resolve("pod-" + job),
                        HasherPod.mysql(database, database.port(), null),
                        new JobId(HasherPod.RUN, job, 1), HashMethod.MD5, HashMethod.SHA1);
                int own = job;
                work.add(pod.fetching(names.stream().map(name -> own + "-" + name).toList(), 10));
                work.add(pod.hashing(step -> {}));
            }
            for (CompletableFuture<?> part : work) {
                HasherPod.result(part);
            }
            assertEquals(List.of("0|600", "1|600", "2|600", "3|600"), Sql.query(database, "SELECT JobID, COUNT(*) "
                    + "FROM FileHashOfRequest WHERE FileName LIKE CONCAT(JobID, '-%') GROUP BY JobID ORDER BY JobID"));
            assertEquals(List.of("2400"), Sql.query(database, "SELECT COUNT(*) FROM FileHashOfRequest"));
        }
    }

    @Test
    void batch_largerThanAPacketIsInsertedInParts() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn("--max-allowed-packet=32768")) {
            MySqlServer.Database database = server.createDatabase("packet");
            HasherPod pod = new HasherPod(root.resolve("pod"), HasherPod.mysql(database, database.port(), null),
                    new JobId(HasherPod.RUN, 0, 1), HashMethod.MD5, HashMethod.SHA512);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                names.add(String.format("%02d", i) + "'😀".repeat(127));
                pod.put(names.get(i), "");
            }
            pod.fetched(names.size());
            assertEquals(Map.of(), pod.hash().tally().failedByClass());
            assertEquals(names, Sql.query(database,
                    "SELECT FileName FROM FileHashOfRequest WHERE HashMethod = 'MD5' ORDER BY ID"));
            assertEquals(List.of("60"), Sql.query(database, "SELECT SUM(LastID - FirstID + 1) FROM FileHashBatch"));
        }
    }

    private static CompletableFuture<Void> restarted(MySqlServer server) {
        try {
            server.kill();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return HasherPod.background("restart", () -> {
            server.start();
            return null;
        });
    }

    private static MySqlServer speaking(Certificate own) throws Exception {
        return MySqlServer.startOwn("--ssl-cert=" + own.certificate(), "--ssl-key=" + own.key(),
                "--ssl-ca=" + own.certificate());
    }

    private static Conf.MySql trusting(Certificate trusted, MySqlServer.Database database) {
        return HasherPod.mysql(database, database.port(), "sslMode=VERIFY_IDENTITY&trustCertificateKeyStoreUrl=file:"
                + trusted.store() + "&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStorePassword="
                + Certificate.PASSWORD);
    }

    private String refused(Conf.MySql mysql) throws Exception {
        HasherPod pod = pod(mysql);
        return assertThrows(GiveUp.class, () -> HasherPod.result(pod.hashing(step -> {}))).getMessage();
    }

    private HasherPod pod(Conf.MySql mysql) throws Exception {
        HasherPod pod = new HasherPod(Files.createTempDirectory(root, "pod"), mysql,
                new JobId(HasherPod.RUN, 0, 1), HashMethod.MD5);
        pod.put("a", "a");
        pod.fetched(1);
        return pod;
    }
}
