package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.backends.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged pods share a limit of /conf, as their S3 counts it. */
class LimitsIT {
    private static final int OBJECTS = 2000;
    private static final int CONNECTIONS = 8;
    private static final int PER_SECOND = 100;
    private static final int WATCHED = 500;
    /** What was allowed before the watch began: a request on its way from each thread, and a fifth of a second. */
    private static final double BEFORE = 2 * CONNECTIONS + PER_SECOND / 5.0 + 2;

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
    void pods_togetherKeepToTheLimit() throws Exception {
        try (FakeS3 s3 = FakeS3.open()) {
            for (int i = 0; i < OBJECTS; i++) {
                String name = String.format("%02x-%d", i * 7 % 256, i);
                s3.objects().put(Stack.ROOT + "/" + name, FakeObject.of(name.getBytes(StandardCharsets.UTF_8)));
            }
            stack = new Stack("limits", temp, EtcdServer.shared(), S3Server.shared());
            stack.putConf();
            stack.put("/conf/s3_endpoint", s3.endpoint().toString());
            stack.put("/conf/max_requests_per_second", "2");
            stack.startPod("pod-a", "S3_CONNECTIONS", "" + CONNECTIONS);
            stack.startPod("pod-b", "S3_CONNECTIONS", "" + CONNECTIONS);
            stack.putRequest("1", 16, "SHA256");
            awaitShares(1);
            stack.put("/conf/max_requests_per_second", "" + PER_SECOND);
            awaitShares(PER_SECOND / 2.0);
            long began = System.nanoTime();
            long before = requests(s3);
            Await.until(WATCHED + " requests", Await.BOUND, () -> requests(s3) - before >= WATCHED);
            long sent = requests(s3) - before;
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf("%d requests in %.1f s, by a limit of %d per second%n", sent, seconds, PER_SECOND);
            assertTrue(sent <= PER_SECOND * seconds + BEFORE, sent + " requests in " + seconds + " s");
            stack.delete("/conf/max_requests_per_second");
            stack.awaitDone("1");
            assertEquals(OBJECTS, stack.rows().size());
        }
    }

    private void awaitShares(double each) {
        Await.until("each pod may send " + each, Await.BOUND, () -> shares(each) == 2);
    }

    private long shares(double each) throws IOException {
        long found = 0;
        for (String pod : List.of("pod-a", "pod-b")) {
            Path file = temp.resolve(pod).resolve("limits.json");
            found += Files.exists(file) && Files.readString(file).contains("{\"requestsPerSecond\":" + each + ",")
                    ? 1 : 0;
        }
        return found;
    }

    private static long requests(FakeS3 s3) {
        return s3.requests("LIST") + s3.requests("GET");
    }
}
