package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fetcher stops at once, by conf.json or by SIGTERM, wherever it is. */
class StoppingTest {
    private static final Duration BOUND = Await.BOUND;

    private static final FakeObject LARGE = new FakeObject(new byte[80 << 20], "\"1\"", Map.of());

    @TempDir
    Path root;
    private final CountDownLatch test = new CountDownLatch(1);
    private final FakeS3 s3 = FakeS3.open();
    private Conf conf;
    private FetcherPod pod;

    @BeforeEach
    void start() throws IOException {
        conf = Confs.of(s3.endpoint(), 0, 1);
        pod = new FetcherPod(root, 10, 1 << 30);
        for (int i = 0; i < 5; i++) {
            s3.objects().put("photos/" + i, FakeObject.of(new byte[1000]));
        }
        s3.objects().put("photos/large", LARGE);
    }

    @AfterEach
    void close() throws IOException {
        test.countDown();
        pod.close();
        s3.close();
    }

    @Test
    void stop_inTheMiddleOfBodies() throws Exception {
        halfBodies();
        assertStops();
        assertNothingTimedOut();
        assertNoParts();
    }

    @Test
    void stop_beforeAnyAnswer() throws Exception {
        s3.fails(exchange -> {
            test.await();
            return true;
        });
        pod.start().work(conf, "", 0);
        Await.until("a LIST", BOUND, () -> s3.requests("LIST") == 1);
        assertStops();
        assertNothingTimedOut();
    }

    @Test
    void stop_betweenTries() throws Exception {
        s3.fails(exchange -> {
            exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
            return true;
        });
        pod.start().work(conf, "", 0);
        Await.until("tries", BOUND, () -> s3.requests("LIST") >= 4);
        assertStops();
    }

    @Test
    void stop_beforeTheHasherIsReady() throws Exception {
        pod.directory.write(PodFile.CONF, conf);
        pod.start();
        assertStops();
        assertEquals(0, s3.requests("LIST"));
    }

    @Test
    void stop_whereNobodyAcceptsConnections() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            conf = Confs.of(URI.create("http://127.0.0.1:" + full.getLocalPort()), 0, 1);
            pod.start().work(conf, "", 0);
            Await.until("the list's thread", BOUND, () -> !pod.threads("list").isEmpty());
            assertStops();
        }
    }

    @Test
    void sigterm_inTheMiddleOfBodiesLeavesNoStopFile() throws Exception {
        halfBodies();
        pod.terminate();
        Await.until("the end", BOUND, pod::ended);
        assertFalse(pod.directory.has(PodFile.S3_STOP));
        assertFalse(pod.directory.has(PodFile.S3_FIN));
        assertNoParts();
    }

    @Test
    void nextAttempt_beginsAfterTheStop() throws Exception {
        halfBodies();
        assertStops();
        s3.fails(exchange -> false);
        pod.directory.remove(PodFile.CONF);
        pod.directory.remove(PodFile.S3_STOP);
        pod.directory.sweep();
        Conf again = Confs.next(conf);
        assertEquals(5, pod.work(again, "0", 1).hash(again.id()).size());
        assertEquals(6, pod.fin(again.id()).orElseThrow().listed());
        pod.close();
        Await.until("no thread of either is left", BOUND, () -> pod.threads("fetch-").isEmpty());
    }

    /** Waits until each response has sent half of its body, or a little of a long one. */
    private void halfBodies() throws Exception {
        CountDownLatch half = new CountDownLatch(8);
        s3.fails(exchange -> {
            if (!exchange.verb().equals("GET")) {
                return false;
            }
            byte[] body = exchange.asked();
            exchange.sendHead(exchange.header("Range") == null ? 200 : 206, exchange.objectHeaders(), body.length);
            exchange.write(body, Math.min(body.length / 2, 1 << 20));
            half.countDown();
            test.await();
            return true;
        });
        pod.start().work(conf, "", 0);
        half.await();
    }

    private void assertStops() throws Exception {
        pod.directory.write(PodFile.CONF, conf.says(Conf.State.STOP));
        Await.until("s3stop", BOUND, () -> pod.directory.has(PodFile.S3_STOP));
        assertEquals(new Stopped(conf.id(), Stopped.Fault.NONE, "conf.json said stop", 0),
                pod.directory.read(PodFile.S3_STOP).orElseThrow());
    }

    /** A silent connection times out after 30 s, which counts as a failure. */
    private void assertNothingTimedOut() throws IOException {
        assertTrue(pod.metrics().contains("filehash_s3_failures_total 0"), pod.metrics());
    }

    private void assertNoParts() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("files"))) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(SharedDirectory.PART)));
        }
    }
}
