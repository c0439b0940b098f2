package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.FakeS3;
import filehash.fetch.http.Quota;
import filehash.pod.Conf;
import filehash.program.Metrics;
import filehash.program.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3ErrorsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connection_thatBreaksDuringTheTlsHandshakeIsAnOutage(boolean reset) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> closeAll(server, reset), "closes");
            thread.setDaemon(true);
            thread.start();
            requests(server, request -> {
                IOException e = assertThrows(IOException.class, request);
                assertFalse(e instanceof S3Errors.Lasting, e::toString);
            });
        }
    }

    @Test
    void certificate_thatIsNotTrustedProbablyLasts() throws Exception {
        try (ServerSocket server = AwsCertificate.make(root).listen(); FakeS3 s3 = new FakeS3(server)) {
            requests(server, request -> assertThrows(S3Errors.Lasting.class, request));
            assertTrue(s3.connections() > 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"407, true", "403, true", "502, false", "503, false"})
    void proxy_thatRefusesToConnectProbablyLasts(int status, boolean lasts) throws Exception {
        try (Tunnel proxy = Tunnel.refusing(status);
                Clients clients = Clients.open(Confs.of(URI.create("https://s3.example"), 0, 1).s3(), TIMEOUT,
                        Map.of("HTTPS_PROXY", proxy.url()), new RequestTimes(new Metrics()), new Quota())) {
            Bucket bucket = new Bucket(Confs.of(URI.create("https://s3.example"), 0, 1), TIMEOUT, TIMEOUT, clients);
            IOException e = assertThrows(IOException.class, () -> bucket.list(null, null));
            assertEquals(lasts, e instanceof S3Errors.Lasting, e::toString);
            assertTrue(e.getMessage().contains("answers " + status + " to a request to connect to "),
                    e.getMessage());
        }
    }

    private interface Check {
        void of(Executable request);
    }

    private static void requests(ServerSocket server, Check check) throws Exception {
        Conf conf = Confs.of(new Conf.S3(FakeS3.BUCKET, URI.create("https://127.0.0.1:" + server.getLocalPort()),
                "us-east-1", new Secret("key"), new Secret("secret"), null), 0, 1);
        try (Clients clients =
                Clients.open(conf.s3(), TIMEOUT, Map.of(), new RequestTimes(new Metrics()), new Quota())) {
            Bucket bucket = new Bucket(conf, TIMEOUT, TIMEOUT, clients);
            check.of(() -> bucket.list(null, null));
            check.of(() -> bucket.get(ByteRange.all(Item.listed("a", 10, "1"))));
        }
    }

    /** Closes each connection after its first byte. */
    private static void closeAll(ServerSocket server, boolean reset) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoLinger(reset, 0);
                socket.getInputStream().read();
                if (!reset) {
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                }
            } catch (IOException e) { // closed
                continue;
            }
        }
    }
}
