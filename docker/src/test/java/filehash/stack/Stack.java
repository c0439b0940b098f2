package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.MySqlServer;
import filehash.backends.OtherS3;
import filehash.backends.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one test works with, driven with a user's tools: keys below a prefix of its own, a bucket, a database, pods. All
 * that its programs print is kept in target/end-to-end/, and read for secrets at the end.
 */
final class Stack {
    static final String ROOT = "photos";
    private static final Duration DONE = Duration.ofMinutes(20);

    private final String prefix;
    private final Path temp;
    private final Path logs;
    private final EtcdServer etcd;
    private final S3Server s3;
    private final Path bucket;
    private final Map<String, String> s3Conf;
    private final MySqlServer.Database database;
    private final List<PackagedPod> pods = new ArrayList<>();

    /** @param name in lower case, as a bucket's and a database's */
    Stack(String name, Path temp, EtcdServer etcd, S3Server s3) throws IOException, SQLException {
        this(name, temp, etcd, s3, s3.createBucket(name), Map.of("bucket", name, "endpoint", s3.endpoint(), "key",
                s3.key(), "secret", s3.secret()));
    }

    /** With existing objects. */
    Stack(String name, Path temp, EtcdServer etcd, OtherS3 s3) throws IOException, SQLException {
        this(name, temp, etcd, null, null, Map.of("bucket", s3.bucket(), "endpoint", s3.endpoint().toString(), "key",
                s3.key(), "secret", s3.secret(), "region", s3.region()));
    }

    private Stack(String name, Path temp, EtcdServer etcd, S3Server s3, Path bucket, Map<String, String> s3Conf)
            throws IOException, SQLException {
        this.prefix = "/" + name;
        this.temp = temp;
        this.etcd = etcd;
        this.s3 = s3;
        this.bucket = bucket;
        this.s3Conf = s3Conf;
        this.database = MySqlServer.shared().createDatabase(name);
        this.logs = Files.createDirectories(Path.of("target", "end-to-end", name));
    }

    void put(String key, String value) throws IOException, InterruptedException {
        etcdctl(value, "put", prefix + key);
    }

    void delete(String key) throws IOException, InterruptedException {
        etcdctl("", "del", prefix + key);
    }

    String get(String key) throws IOException, InterruptedException {
        return etcdctl("", "get", "--print-value-only", prefix + key).strip();
    }

    /** The pods that have a job of this request. */
    Set<String> hosts(String id) throws IOException, InterruptedException {
        List<String> lines = etcdctl("", "get", "--prefix", prefix + "/wip/" + id + "/").lines().toList();
        return IntStream.range(1, lines.size()).filter(i -> lines.get(i - 1).endsWith("/host"))
                .mapToObj(lines::get).collect(Collectors.toSet());
    }

    void putConf() throws IOException, InterruptedException {
        putConf(s3Conf.get("endpoint"), database.port());
    }

    /** Puts the addresses of S3 and MySQL, which may be those of wires. */
    void putConf(int s3Port, int mysqlPort) throws IOException, InterruptedException {
        putConf("http://127.0.0.1:" + s3Port, mysqlPort);
    }

    private void putConf(String endpoint, int mysqlPort) throws IOException, InterruptedException {
        for (Map.Entry<String, String> setting : s3Conf.entrySet()) {
            put("/conf/s3_" + setting.getKey(), setting.getValue());
        }
        put("/conf/s3_endpoint", endpoint);
        put("/conf/mysql_host", database.host());
        put("/conf/mysql_port", Integer.toString(mysqlPort));
        put("/conf/mysql_name", database.name());
        put("/conf/mysql_user", database.user());
        put("/conf/mysql_pass", database.password());
    }

    void putRequest(String id, int jobs, String method) throws IOException, InterruptedException {
        put("/req/" + id + "/root", ROOT);
        put("/req/" + id + "/job", Integer.toString(jobs));
        put("/req/" + id + "/method", method);
    }

    void awaitDone(String id) {
        Await.until("request " + id + " is done; what the programs say is in " + logs.toAbsolutePath(), DONE,
                () -> !get("/done/" + id + "/summary").isEmpty());
    }

    /** Like {@link #awaitDone}, in a test in which no attempt may fail. */
    void awaitDoneAtOnce(String id) {
        Await.until("request " + id + " is done or a job has failed", DONE, () -> {
            String wip = etcdctl("", "get", "--prefix", prefix + "/wip/" + id + "/");
            if (wip.contains("/failures\n") || wip.contains("/error\n")) {
                throw new AssertionError(wip);
            }
            return !get("/done/" + id + "/summary").isEmpty();
        });
    }

    /** @param more of its environment: names and values */
    PackagedPod startPod(String name, String... more) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("ETCD_ENDPOINTS", etcd.endpoint(), "ETCD_PREFIX", prefix));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        PackagedPod pod = PackagedPod.start(name, Files.createDirectories(temp.resolve(name)), logs, settings);
        pods.add(pod);
        return pod;
    }

    void createObjects(List<String> names) throws IOException {
        for (String name : names) {
            String content = name.contains("zero") ? "" : ("the content of " + name).repeat(name.length());
            s3.put(bucket.getFileName().toString(), ROOT + "/" + name, content.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The method, hash and name of each expected row, computed by sha256sum and similar programs. */
    List<String> expected(List<String> names, String... methods) throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>();
        for (String method : methods) {
            List<String> command = new ArrayList<>(List.of(method.toLowerCase(Locale.ROOT) + "sum", "-z", "--"));
            command.addAll(names);
            for (String line : run(bucket.resolve(ROOT), "", command).split("\0")) {
                rows.add(method + " " + line.replaceFirst(" [ *]", " "));
            }
        }
        assertEquals(names.size() * methods.length, rows.size());
        return rows.stream().sorted().toList();
    }

    List<String> rows() throws SQLException {
        return query("SELECT CONCAT(HashMethod, ' ', Hash, ' ', FileName) FROM FileHash").stream().sorted().toList();
    }

    /** The first column of all rows. */
    List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = database.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Ends the pods as Kubernetes does, and checks that their logs hold no stack trace and no secret. */
    void end() throws IOException, InterruptedException {
        try {
            for (PackagedPod pod : pods) {
                pod.stop();
            }
        } finally {
            pods.forEach(PackagedPod::kill);
        }
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.toList()) {
                String said = Files.readString(file);
                for (String secret : List.of(s3Conf.get("secret"), database.password())) {
                    assertEquals(List.of(), said.lines().filter(line -> line.contains(secret)).toList(),
                            "a secret in " + file);
                }
                assertEquals(List.of(), said.lines().filter(line -> line.startsWith("\tat ")).toList(),
                        "a stack trace in " + file);
            }
        }
    }

    private String etcdctl(String input, String... arguments) throws IOException, InterruptedException {
        String bound = Await.BOUND.toSeconds() + "s"; // its own are two and five seconds
        List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + etcd.endpoint(),
                "--dial-timeout=" + bound, "--command-timeout=" + bound));
        command.addAll(List.of(arguments));
        return run(temp, input, command);
    }

    private static String run(Path folder, String input, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("ETCDCTL_API", "3");
        Process process = builder.start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), command.get(0) + " failed");
        return output;
    }
}
