package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.backends.Ports;
import filehash.backends.Scrape;
import filehash.backends.Wire;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Failure;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.program.Metrics;
import filehash.program.StopSignal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program's metrics. */
class MetricsIT {
    private static final int NEVER = -1;
    /** In seconds. */
    private static final double LONG = 0.3;

    @TempDir
    private Path root;

    @Test
    void metrics_countRowsAndFailedObjectsAndReportAnOutage() throws Exception {
        MySqlServer.Database database = MySqlServer.shared().createDatabase("metrics");
        String port = Integer.toString(Ports.free());
        try (Wire wire = new Wire(database.host(), database.port())) {
            wire.refuse();
            HasherPod pod = new HasherPod(root, HasherPod.mysql(database, wire.port(), null),
                    new JobId(HasherPod.RUN, 0, 1), HashMethod.MD5, HashMethod.SHA1);
            pod.put("a", "abc");
            pod.fail("b", Failure.Kind.GONE, "it is gone");
            pod.put("c", "");
            pod.fetched(3);
            Process process = HasherProcess.start(root, "halt", NEVER, "HTTP_PORT", port);
            try {
                Await.until("the outage shows", HasherPod.BOUND, () -> metrics(port).stream()
                        .anyMatch(line -> line.matches("filehash_mysql_failures_total [1-9].*")));
                wire.accept();
                Await.until("it is done", HasherPod.BOUND, () -> pod.directory.has(PodFile.HASH_FIN));
                List<String> metrics = Await.answer("it answers", () -> metrics(port));
                assertTrue(metrics.containsAll(List.of("filehash_rows_total 4.0", "filehash_bytes_hashed_total 3.0",
                        "filehash_objects_failed_total{class=\"GONE\"} 1.0",
                        "filehash_objects_failed_total{class=\"DENIED\"} 0.0")), metrics.toString());
                pod.directory.write(PodFile.POD_FIN, "drained");
                assertEquals(0, HasherProcess.exitCode(process));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Each part of a job takes at least so long; the waits between are much shorter. */
    @Test
    void time_isDividedAmongFetcherDigestsAndCommits() throws Exception {
        MySqlServer.Database database = MySqlServer.shared().createDatabase("laps");
        Metrics metrics = new Metrics();
        HasherPod pod = new HasherPod(root, database, 1, HashMethod.MD5);
        StopSignal signal = new StopSignal();
        double before = System.currentTimeMillis() / 1000.0;
        double begun = 0;
        Consumer<String> slow = HasherPod.beforeCommit(MetricsIT::aWhile);
        try (Hasher hasher = new Hasher(pod.directory, "pod-1", 10, signal, slow, new HasherCounts(metrics))) {
            CompletableFuture<Optional<HashFin>> hashed = HasherPod.background("hasher", () -> hasher.run(pod.conf));
            Await.until("it has begun", HasherPod.BOUND, () -> pod.progress().isPresent());
            assertTrue(Double.isNaN(value(metrics, "filehash_last_progress_timestamp_seconds")));
            Await.until("it waits for the fetcher", HasherPod.BOUND, () -> waited(metrics, "fetcher") > LONG);
            begun = waited(metrics, "commit"); // the attempt begins in MySQL, too
            pod.put("a", new byte[1 << 20]);
            pod.fetched(1);
            assertTrue(HasherPod.result(hashed).isPresent());
        }
        assertTrue(begun > 0 && waited(metrics, "commit") > begun + LONG, metrics.text());
        assertTrue(waited(metrics, "digest") > 0 && waited(metrics, "files") > 0, metrics.text());
        assertTrue(value(metrics, "filehash_digest_busy_seconds_total{method=\"MD5\"}") > 0, metrics.text());
        assertEquals(0, value(metrics, "filehash_digest_busy_seconds_total{method=\"SHA1\"}"));
        assertTrue(value(metrics, "filehash_mysql_transaction_duration_seconds_sum") > LONG, metrics.text());
        assertTrue(value(metrics, "filehash_mysql_transaction_duration_seconds_count") >= 3, metrics.text());
        assertTrue(value(metrics, "filehash_last_progress_timestamp_seconds") >= before, metrics.text());
    }

    private static void aWhile() {
        long began = System.nanoTime();
        Await.until("a while", HasherPod.BOUND, () -> System.nanoTime() - began > LONG * 1e9);
    }

    private static double waited(Metrics metrics, String cause) {
        return value(metrics, "filehash_waited_seconds_total{for=\"" + cause + "\"}");
    }

    private static double value(Metrics metrics, String series) {
        return new Scrape(metrics.text()).value(series);
    }

    private static List<String> metrics(String port) throws IOException {
        try (InputStream body = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
