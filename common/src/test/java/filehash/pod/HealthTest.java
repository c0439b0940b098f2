package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void readyz_tellsWhatIsWrongAndHealthzDoesNotCare() throws Exception {
        int port = freePort();
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
    void serve_onAPortInUseNamesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            IOException e = assertThrows(IOException.class, () -> Health.serve(taken.getLocalPort(),
                    () -> null).close());
            assertTrue(e.getMessage().startsWith("cannot listen on HTTP_PORT " + taken.getLocalPort()),
                    e.getMessage());
        }
    }

    private static String get(int port, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request,
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
