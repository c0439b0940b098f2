package filehash.program;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void readyz_reportsWhatIsWrongAndHealthzDoesNot() throws Exception {
        int port = Ports.free();
        AtomicReference<String> problem = new AtomicReference<>("no etcd at http://e:1");
        try (Health health = Health.serve(port, problem::get)) {
            health.beat();
            assertEquals("503 no etcd at http://e:1\n", get(port, "/readyz"));
            assertEquals("200 ok\n", get(port, "/healthz"));
            problem.set(null);
            assertEquals("200 ok\n", get(port, "/readyz"));
        }
    }

    @Test
    void metrics_areInPrometheusTextFormat() throws Exception {
        int port = Ports.free();
        try (Health health = Health.serve(port, () -> null)) {
            health.metrics().counter("filehash_failed_total", "objects that could not be had", "class", "GONE").add(3);
            HttpResponse<String> response = response(port, "/metrics");
            assertEquals("text/plain; version=0.0.4; charset=utf-8",
                    response.headers().firstValue("Content-Type").orElseThrow());
            assertTrue(response.body().contains("""
                    # HELP filehash_failed_total objects that could not be had
                    # TYPE filehash_failed_total counter
                    filehash_failed_total{class="GONE"} 3.0
                    """), response.body());
        }
    }

    @Test
    void serve_onAPortInUseNamesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            IOException e = assertThrows(IOException.class, () -> Health.serve(taken.getLocalPort(),
                    () -> null).close());
            assertTrue(e.getMessage().startsWith("cannot listen on HTTP_PORT " + taken.getLocalPort()),
                    e.getMessage());
        }
    }

    /** Sent by a scanner, or by a scrape with https at an http port. */
    @Test
    void healthz_answersWhileOthersSendHalfARequest() throws Exception {
        int port = Ports.free();
        List<Socket> halves = new ArrayList<>();
        try (Health health = Health.serve(port, () -> null)) {
            health.beat();
            for (int i = 0; i < 20; i++) {
                Socket half = new Socket("127.0.0.1", port);
                half.getOutputStream().write("GET /heal".getBytes(US_ASCII));
                halves.add(half);
            }
            Await.until("it answers", Await.BOUND, () -> "200 ok\n".equals(get(port, "/healthz")));
        } finally {
            for (Socket half : halves) {
                half.close();
            }
        }
    }

    /** A phone that fell asleep, or a page that somebody closes in the middle of it. */
    @Test
    void healthz_answersWhileOthersDoNotReadTheirAnswers() throws Exception {
        int port = Ports.free();
        byte[] large = new byte[64 << 20];
        List<Socket> readers = new ArrayList<>();
        try (Health health = Health.serve(port, () -> null)) {
            health.beat();
            health.answer("/large", query -> new Health.Answer(200, "text/plain", large, Map.of()));
            for (int i = 0; i < 8; i++) {
                Socket reader = new Socket("127.0.0.1", port);
                reader.getOutputStream().write("GET /large HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));
                readers.add(reader);
            }
            Await.until("it answers", Await.BOUND, () -> "200 ok\n".equals(get(port, "/healthz")));
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void healthz_answersWhileMoreViewersThanThereAreThreadsAreAnswered() throws Exception {
        int port = Ports.free();
        CountDownLatch end = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> viewers = new ArrayList<>();
        try (Health health = Health.serve(port, () -> null)) {
            health.beat();
            health.answer("/slow", query -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new Health.Answer(200, "text/plain", new byte[0], Map.of());
            });
            for (int i = 0; i < 40; i++) {
                viewers.add(viewer(port));
            }
            Await.until("all but 16 are refused", Await.BOUND, () -> {
                // the server closes a connection if the machine takes 2 s to read the request
                viewers.replaceAll(viewer -> viewer.isCompletedExceptionally() ? viewer(port) : viewer);
                return viewers.stream().filter(CompletableFuture::isDone).count() == 24;
            });
            assertEquals("200 ok\n", get(port, "/healthz"));
            assertEquals("503 too many viewers at once\n", get(port, "/slow"));
        } finally {
            end.countDown();
        }
    }

    private static CompletableFuture<HttpResponse<String>> viewer(int port) {
        return CLIENT.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/slow")).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void answer_isGivenAtItsPathToGetAndHead() throws Exception {
        int port = Ports.free();
        try (Health health = Health.serve(port, () -> null)) {
            health.answer("/", query -> new Health.Answer(200, "text/html", ("asked " + query).getBytes(US_ASCII),
                    Map.of("X-Content-Type-Options", "nosniff")));
            assertEquals("200 asked id=%2F", get(port, "/?id=%2F"));
            assertEquals("404 not found\n", get(port, "/other"));
            assertEquals("nosniff", response(port, "/").headers().firstValue("X-Content-Type-Options").orElseThrow());
            assertEquals(405, send(port, "POST").statusCode());
            assertEquals("", send(port, "HEAD").body());
            assertEquals("text/html", send(port, "HEAD").headers().firstValue("Content-Type").orElseThrow());
            assertEquals("200 ok\n", get(port, "/healthz"));
        }
    }

    private static HttpResponse<String> send(int port, String method) {
        return response(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).method(method,
                HttpRequest.BodyPublishers.noBody()));
    }

    private static String get(int port, String path) {
        HttpResponse<String> response = response(port, path);
        return response.statusCode() + " " + response.body();
    }

    private static HttpResponse<String> response(int port, String path) {
        return response(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)));
    }

    /** Asks again where the server has closed the connection, because the machine took 2 s to read the request. */
    private static HttpResponse<String> response(HttpRequest.Builder request) {
        return Await.answer("it answers", () -> CLIENT
                .send(request.timeout(Await.BOUND).build(), HttpResponse.BodyHandlers.ofString()));
    }
}
