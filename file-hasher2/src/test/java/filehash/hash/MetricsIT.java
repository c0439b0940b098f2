package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import filehash.pod.Failure;
import filehash.pod.HashMethod;
import filehash.pod.JobId;
import filehash.pod.PodFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program's metrics. */
class MetricsIT {
    private static final int NEVER = -1;

    @TempDir
    private Path root;

    @Test
    void metrics_countRowsAndFailedObjectsAndReportAnOutage() throws Exception {
        MySqlServer.Database database = MySqlServer.shared().createDatabase("metrics");
        String port = freePort();
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
                List<String> metrics = metrics(port);
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

    private static List<String> metrics(String port) throws IOException {
        try (InputStream body = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static String freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return Integer.toString(free.getLocalPort());
        }
    }
}
