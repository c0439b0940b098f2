import filehash.backends.MySqlServer;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import filehash.program.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast file-hasher2 is alone: this program stands for the fetcher, keeps files/ full, and never waits for a
 * network.
 * Started by docker/bench/hash, which knows the class path.
 */
public final class BenchHash {
    private static final int SMALL_BYTES = 4 * 1024;
    private static final int LARGE_BYTES = 64 << 20;
    private static final int FILES_LIMIT = 10;
    private static final int RUNS = 5;
    private static final String DATABASE = "bench";

    private final Path folder;
    private final Path hasher;
    private final MySqlServer server;

    private BenchHash(Path folder, Path hasher, MySqlServer server) {
        this.folder = folder;
        this.hasher = hasher;
        this.server = server;
    }

    /** @param arguments the hasher's jar, seconds for each run, and which of rows, large, views */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("filehash-bench-");
        int seconds = Integer.parseInt(arguments[1]);
        List<String> what = List.of(arguments).subList(2, arguments.length);
        try (MySqlServer server = MySqlServer.startOwn("--innodb-buffer-pool-size=128M",
                "--innodb-flush-log-at-trx-commit=" + System.getProperty("flush", "1"))) {
            BenchHash bench = new BenchHash(folder, Path.of(arguments[0]), server);
            if (what.contains("rows")) {
                bench.rows(seconds);
            }
            if (what.contains("large")) {
                for (HashMethod method : HashMethod.values()) {
                    bench.large(method, seconds);
                }
            }
            if (what.contains("views")) {
                bench.views();
            }
        } finally {
            delete(folder);
        }
    }

    private void rows(int seconds) throws Exception {
        byte[] content = new byte[SMALL_BYTES];
        new Random(1).nextBytes(content);
        List<Double> rates = new ArrayList<>();
        double resident = 0;
        for (int run = 0; run < RUNS; run++) {
            Result result = measure(HashMethod.SHA256, seconds, (part, number) -> {
                content[0] = (byte) number;
                Files.write(part, content);
            });
            rates.add(result.files / result.seconds);
            resident = Math.max(resident, result.megabytesResident);
        }
        System.out.printf("rows: 4 KiB files, 10 at a time: %s rows/s; %.0f MB resident%n", spread(rates), resident);
    }

    private void large(HashMethod method, int seconds) throws Exception {
        Path sample = folder.resolve("sample");
        byte[] content = new byte[LARGE_BYTES];
        new Random(1).nextBytes(content);
        Files.write(sample, content);
        List<Double> ratios = new ArrayList<>();
        double openssl = 0;
        double rate = 0;
        double resident = 0;
        for (int run = 0; run < RUNS; run++) {
            openssl = openssl(method);
            Result result = measure(method, seconds, (part, number) -> Files.createLink(part, sample));
            rate = result.files * LARGE_BYTES / 1e6 / result.seconds;
            ratios.add(rate / openssl);
            resident = Math.max(resident, result.megabytesResident);
        }
        System.out.printf("large: 64 MiB files, %-6s %5.0f MB/s at last, openssl speed %5.0f MB/s; ratio %s; "
                + "%.0f MB resident%n",
                method, rate, openssl, spread(ratios), resident);
    }

    /** Ten million rows of a hundred jobs, in batches of ten: as if hashed; and how long each view takes. */
    private void views() throws Exception {
        MySqlServer.Database database = server.createDatabase(DATABASE);
        measured(HashMethod.SHA256, 1, (part, number) -> Files.writeString(part, ""), database);
        try (Connection root = server.connect(DATABASE); Statement statement = root.createStatement()) {
            for (String table : List.of("FileHash", "FileHashJob", "FileHashBatch")) {
                statement.execute("TRUNCATE " + table);
            }
            statement.execute("INSERT INTO FileHashJob (Run, JobID, RequestID, Methods, RangeStart, RangeBefore, "
                    + "Attempt, HostName, LastFileName, Files, Failed, Bytes, Listed, Started, Updated, Finished) "
                    + "SELECT 'run', seq, '1', 'SHA256', '00', IF(seq = 99, NULL, '01'), 1, 'bench', '', 100000, 0, 0, "
                    + "100000, "
                    + "NOW(3), NOW(3) + INTERVAL 1 HOUR, NOW(3) FROM seq_0_to_99");
            statement.execute("INSERT INTO FileHash SELECT seq, 'bench', MD5(seq), 'SHA256', SHA2(seq, 256), NOW() "
                    + "FROM seq_1_to_10000000");
            statement.execute("INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID) "
                    + "SELECT seq, seq + 9, 'run', (seq - 1) DIV 100000 FROM seq_1_to_10000000_step_10");
            statement.execute("ANALYZE TABLE FileHash, FileHashBatch, FileHashJob");
            for (String query : List.of("* FROM FileHashSummary", "* FROM FileHashProof", "* FROM FileHashFailed",
                    "COUNT(*) FROM FileHashOfRequest WHERE RequestID = '1'",
                    "* FROM FileHashOfRequest WHERE RequestID = '1' AND JobID = 7 LIMIT 1000")) {
                List<Double> seconds = new ArrayList<>();
                for (int run = 0; run < RUNS; run++) {
                    long begun = System.nanoTime();
                    try (ResultSet result = statement.executeQuery("SELECT " + query)) {
                        result.next();
                    }
                    seconds.add((System.nanoTime() - begun) / 1e9);
                }
                System.out.printf("views: ten million rows, SELECT %s: %s s%n", query, spread(seconds));
            }
        }
    }

    private static String spread(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format("%.4g (%.4g to %.4g)", sorted.get(sorted.size() / 2), sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    private interface Source {
        void download(Path part, long number) throws IOException;
    }

    private record Result(long files, double seconds, double megabytesResident) {
    }

    private Result measure(HashMethod method, int seconds, Source source) throws Exception {
        return measured(method, seconds, source, server.createDatabase(DATABASE));
    }

    private Result measured(HashMethod method, int seconds, Source source, MySqlServer.Database database)
            throws Exception {
        Path root = Files.createTempDirectory(folder, "shared");
        SharedDirectory directory = SharedDirectory.open(root);
        JobId id = new JobId(UUID.randomUUID().toString(), 0, 1);
        directory.write(PodFile.CONF, new Conf(Conf.State.WORK, directory.boot(), "bench", id, "", "00", null,
                List.of(method), new Conf.S3("none", null, "none", null, null, null),
                new Conf.MySql(database.host(), database.port(), database.name(), database.user(),
                        new Secret(database.password()), null)));
        Process process = start(root);
        try {
            await(() -> directory.has(PodFile.PROGRESS), directory);
            long begin = System.nanoTime();
            long files = feed(directory, begin + TimeUnit.SECONDS.toNanos(seconds), source);
            double resident = resident(process);
            directory.write(PodFile.S3_FIN, new S3Fin(id, files));
            await(() -> directory.has(PodFile.HASH_FIN), directory);
            double took = (System.nanoTime() - begin) / 1e9;
            long stored = directory.read(PodFile.HASH_FIN).orElseThrow().tally().files();
            if (stored != files) {
                throw new IllegalStateException("fed " + files + ", stored " + stored);
            }
            return new Result(files, took, resident);
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static long feed(SharedDirectory directory, long end, Source source) throws IOException {
        long files = 0;
        while (System.nanoTime() < end) {
            int room = FILES_LIMIT - directory.entries().size();
            for (int i = 0; i < room; i++) {
                String name = String.format("%010d", files);
                source.download(directory.part(name), files);
                directory.publish(name);
                files++;
            }
            if (room == 0) {
                LockSupport.parkNanos(100_000);
            }
        }
        return files;
    }

    private Process start(Path root) throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("hasher.java").split(" ")));
        command.addAll(List.of("-jar", hasher.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(java.util.Map.of("SHARED_DIR", root.toString(), "HTTP_PORT", "0",
                "HOSTNAME", "bench"));
        return builder.start();
    }

    private interface Condition {
        boolean isMet() throws IOException;
    }

    private static void await(Condition condition, SharedDirectory directory) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.isMet()) {
            Optional<Stopped> stopped = directory.read(PodFile.HASH_STOP);
            if (stopped.isPresent() || System.nanoTime() > end) {
                throw new IOException("the hasher stopped, or is too slow: " + stopped);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static double resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:")).mapToDouble(line ->
                        Double.parseDouble(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(Double.NaN);
    }

    private static double openssl(HashMethod method) throws Exception {
        Process process = new ProcessBuilder("openssl", "speed", "-elapsed", "-mr", "-seconds", "2", "-bytes", "131072",
                "-evp", method.name()).redirectErrorStream(true).start();
        double rate = Double.NaN;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("+F:")) {
                    rate = Double.parseDouble(line.substring(line.lastIndexOf(':') + 1)) / 1e6;
                }
            }
        }
        process.waitFor();
        return rate;
    }

    private static void delete(Path folder) throws IOException {
        try (var tree = Files.walk(folder)) {
            for (Path path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
