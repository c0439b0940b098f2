package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.MySqlServer;
import filehash.backends.Packaged;
import filehash.backends.S3Server;
import filehash.backends.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a request put by etcdctl to rows in MySQL, by the packaged programs. */
class EndToEndIT {
    private static final List<String> NAMES = List.of("0", "00", "00ff", "3f", "54", "55", "55aa.jpg", "a", "ff",
            "ffff", "zero", "A", "IMG_1.JPG", "x.part", "7f.failed", "7f.name", "7f.new", ".hidden", "..two", "a b  c",
            " ", "100%", "%2F", "deep/er/est/0a", "deep/er.part", "deep/zero", "\u00dcbung \u00e4\u00f6\u00df.txt",
            "\u65e5\u672c/\u8a9e.txt", "-rf", "it's", "a\"b", "a\\b", "a+b&c=d;e?f#g", "tab\there",
            "long-".repeat(50));
    private static final String[] METHODS = {"MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};
    private static final int WRONG_SETTING = 64;
    private static final Duration ROWS = Await.BOUND;

    @TempDir
    private Path temp;
    private Stack stack;

    @AfterEach
    void end() throws Exception {
        if (stack != null) {
            stack.end();
        }
    }

    @Test
    void methods_eachAndSeveralGiveTheRowsOfAnIndependentComputation() throws Exception {
        stack = new Stack("methods", temp, EtcdServer.shared(), S3Server.shared());
        stack.createObjects(NAMES);
        stack.putConf();
        stack.startPod("pod-a");
        List<String> expected = new ArrayList<>();
        for (String method : METHODS) {
            stack.putRequest(method, 1, method);
            stack.awaitDone(method);
            expected.addAll(stack.expected(NAMES, method));
            assertEquals(expected.stream().sorted().toList(), stack.rows());
        }
        stack.putRequest("several", 3, "sha-512, md5,MD5");
        stack.awaitDone("several");
        expected.addAll(stack.expected(NAMES, "MD5", "SHA512"));
        assertEquals(expected.stream().sorted().toList(), stack.rows());
    }

    /** Objects of up to 66 KiB, in segments of 500 bytes, of which 1000 bytes may wait. */
    @Test
    void objects_ofAnySizeAndNamePassInSegments() throws Exception {
        stack = new Stack("segments", temp, EtcdServer.shared(), S3Server.shared());
        stack.createObjects(NAMES);
        stack.putConf();
        stack.startPod("pod-a", "FILES_BYTES", "1000");
        stack.putRequest("1", 1, "SHA256,MD5");
        stack.awaitDoneAtOnce("1");
        assertEquals(stack.expected(NAMES, "SHA256", "MD5"), stack.rows());
    }

    @Test
    void jobs_areSharedByTwoPods() throws Exception {
        List<String> names = IntStream.range(0, 400).mapToObj(i -> String.format("%02x-%d", i * 7 % 256, i)).toList();
        stack = new Stack("shared", temp, EtcdServer.shared(), S3Server.shared());
        stack.createObjects(names);
        try (Wire toS3 = new Wire("127.0.0.1", S3Server.shared().port())) {
            stack.putConf(toS3.port(), MySqlServer.shared().port());
            toS3.hold(); // or one pod could do all jobs before the other is ready
            stack.startPod("pod-a");
            stack.startPod("pod-b");
            stack.put("/req/many/split", "hex"); // a plan would wait for S3
            stack.putRequest("many", 16, "SHA256");
            Await.until("each pod has a job", Await.BOUND,
                    () -> stack.hosts("many").equals(Set.of("pod-a", "pod-b")));
            toS3.pass();
            stack.awaitDone("many");
        }
        assertEquals(stack.expected(names, "SHA256"), stack.rows());
        assertEquals(List.of("16"), stack.query("SELECT COUNT(Finished) FROM FileHashJob"));
        assertEquals(List.of("400"), stack.query("SELECT SUM(Files) FROM FileHashJob"));
        assertEquals(Set.of("pod-a", "pod-b"), Set.copyOf(stack.query("SELECT HostName FROM FileHash")));
        Await.until("nothing is outstanding", Await.BOUND, () -> stack.get("/stats/outstanding").equals("0"));
        assertEquals("", stack.get("/req/many/root"));
    }

    @Test
    void wrongSettings_areNamedAllAtOnceByEachProgram() throws Exception {
        Map<String, String> wrong = Map.of("FILES_LIMIT", "0", "FILES_BYTES", "8 gigs", "HTTP_PORT", "70000",
                "LOG_LEVEL", "loud", "LEASE_SECONDS", "1", "MAX_ATTEMPTS", "none", "ETCD_USER", "alone",
                "ETCD_ENDPOINTS", "nowhere");
        for (String program : Packaged.PROGRAMS) {
            Path log = temp.resolve(program);
            Process process = PackagedPod.start(program, log, wrong);
            assertTrue(process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
            assertEquals(WRONG_SETTING, process.exitValue());
            String said = Files.readString(log);
            for (String name : wrong.keySet()) {
                assertTrue(said.contains(name), program + " does not name " + name + ": " + said);
            }
            assertEquals(wrong.size(), said.lines().count(), said);
        }
    }

    @Test
    void confMissing_isNamedAndWaitedFor() throws Exception {
        stack = new Stack("missing", temp, EtcdServer.shared(), S3Server.shared());
        stack.createObjects(NAMES);
        PackagedPod pod = stack.startPod("pod-a");
        stack.putRequest("1", 2, "SHA256");
        for (String name : List.of("s3_bucket", "mysql_host", "mysql_name", "mysql_user", "mysql_pass")) {
            pod.awaitLine("init-pod", "/conf/" + name);
        }
        stack.putConf();
        stack.awaitDone("1");
        assertEquals(stack.expected(NAMES, "SHA256"), stack.rows());
    }

    @Test
    void etcdOutage_isLoggedWithTheAddressAndWaitedFor() throws Exception {
        try (EtcdServer etcd = EtcdServer.startOwn()) {
            stack = new Stack("etcdaway", temp, etcd, S3Server.shared());
            stack.createObjects(NAMES);
            stack.putConf();
            etcd.kill();
            long since = System.nanoTime();
            PackagedPod pod = stack.startPod("pod-a");
            String away = "etcd at " + etcd.endpoint() + ": ";
            pod.awaitWarning("init-pod", away);
            etcd.start();
            long outage = secondsSince(since);
            stack.putRequest("1", 2, "SHA256");
            stack.awaitDone("1");
            assertLoggedSeldom(pod, "init-pod", away, outage);
            stack.end();
        }
        assertEquals(stack.expected(NAMES, "SHA256"), stack.rows());
    }

    @Test
    void s3Outage_isLoggedWithTheAddressAndWaitedFor(@TempDir Path objects) throws Exception {
        try (S3Server s3 = S3Server.startOwn(objects)) {
            stack = new Stack("s3away", temp, EtcdServer.shared(), s3);
            stack.createObjects(NAMES);
            stack.putConf();
            s3.kill();
            long since = System.nanoTime();
            PackagedPod pod = stack.startPod("pod-a");
            stack.putRequest("1", 2, "SHA256");
            String away = "bucket s3away at " + s3.endpoint() + ": ";
            pod.awaitWarning("s3-fetch-tool2", away);
            s3.start();
            long outage = secondsSince(since);
            stack.awaitDone("1");
            assertLoggedSeldom(pod, "s3-fetch-tool2", away, outage);
        }
        assertEquals(stack.expected(NAMES, "SHA256"), stack.rows());
    }

    @Test
    void mySqlOutage_isLoggedWithTheAddressAndWaitedFor() throws Exception {
        MySqlServer mysql = MySqlServer.shared();
        try (Wire wire = new Wire(mysql.address(), mysql.port())) {
            stack = new Stack("mysqlaway", temp, EtcdServer.shared(), S3Server.shared());
            stack.createObjects(NAMES);
            stack.putConf(S3Server.shared().port(), wire.port());
            wire.refuse();
            long since = System.nanoTime();
            PackagedPod pod = stack.startPod("pod-a");
            stack.putRequest("1", 2, "SHA256");
            String away = "MySQL at " + mysql.address() + ":" + wire.port() + "/mysqlaway: ";
            pod.awaitWarning("file-hasher2", away);
            wire.accept();
            long outage = secondsSince(since);
            stack.awaitDone("1");
            assertLoggedSeldom(pod, "file-hasher2", away, outage);
        }
        assertEquals(stack.expected(NAMES, "SHA256"), stack.rows());
    }

    @Test
    void outageOfAllServers_losesNoRowAndStoresNoneTwice() throws Exception {
        List<String> names = IntStream.range(0, 300).mapToObj(i -> String.format("%03x", i)).toList();
        S3Server s3 = S3Server.shared();
        MySqlServer mysql = MySqlServer.shared();
        try (EtcdServer etcd = EtcdServer.startOwn(); Wire toS3 = new Wire("127.0.0.1", s3.port());
                Wire toMysql = new Wire(mysql.address(), mysql.port())) {
            stack = new Stack("allaway", temp, etcd, s3);
            stack.createObjects(names);
            stack.putConf(toS3.port(), toMysql.port());
            toS3.delay(Duration.ofMillis(20));
            holdAfter(names.size() / 4, toS3); // or the job could be nearly done before a slow machine sees rows
            long since = System.nanoTime();
            PackagedPod pod = stack.startPod("pod-a", "FILES_BYTES", "1000"); // or all would soon wait in memory
            stack.putRequest("1", 1, "SHA256");
            Await.until("some rows are there, and no more come", ROWS,
                    () -> toS3.held() > 0 && stack.rows().size() > 0);
            etcd.kill();
            takeAway(toMysql);
            toS3.pass();
            String mysqlAway = "MySQL at 127.0.0.1:" + toMysql.port() + "/allaway: ";
            String s3Away = "bucket allaway at http://127.0.0.1:" + toS3.port() + ": ";
            String etcdAway = "etcd at " + etcd.endpoint() + ": ";
            pod.awaitWarning("file-hasher2", mysqlAway);
            takeAway(toS3); // the fetcher sees it once there is room again for what it downloads
            toMysql.accept();
            assertTrue(stack.rows().size() < names.size() / 2, "the job was nearly done before S3 was away");
            pod.awaitWarning("s3-fetch-tool2", s3Away);
            toS3.accept();
            pod.awaitWarning("init-pod", etcdAway); // at the latest when the job waits to be entered
            etcd.start();
            long outage = secondsSince(since);
            stack.awaitDone("1");
            assertLoggedSeldom(pod, "init-pod", etcdAway, outage);
            assertLoggedSeldom(pod, "s3-fetch-tool2", s3Away, outage);
            assertLoggedSeldom(pod, "file-hasher2", mysqlAway, outage);
            stack.end();
        }
        assertEquals(stack.expected(names, "SHA256"), stack.rows());
    }

    /** Holds all requests after so many. */
    private static void holdAfter(int most, Wire wire) {
        AtomicInteger requests = new AtomicInteger();
        wire.changeRequests(request -> {
            if (requests.incrementAndGet() == most) {
                wire.holdRequests();
            }
            return request;
        });
    }

    private static void takeAway(Wire wire) throws IOException {
        wire.refuse();
        wire.cut();
    }

    private static long secondsSince(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toSeconds();
    }

    /** Every ten seconds of the outage at most, and not with each try. */
    private static void assertLoggedSeldom(PackagedPod pod, String program, String away, long outage)
            throws IOException {
        long lines = pod.warnings(program, away);
        assertTrue(lines >= 1 && lines <= 3 + outage / 10, lines + " warnings of " + program + " in an outage of "
                + outage + " s mention " + away);
        assertFalse(pod.lines(program, "Exception") > 0, program + " logs an exception");
    }
}
