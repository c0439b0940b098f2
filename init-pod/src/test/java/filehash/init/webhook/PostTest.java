package filehash.init.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PostTest {
    private static final String BASIC = "Proxy-Authorization: ";

    /** Java sends none to a proxy of https, unless a property allows it before the first request is built. */
    @Test
    void proxyOfHttps_getsUserAndPassword() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> login = CompletableFuture.supplyAsync(() -> login(proxy),
                    task -> new Thread(task, "proxy").start());
            new Post(Map.of("HTTPS_PROXY", "http://user:pass%20word@127.0.0.1:" + proxy.getLocalPort()))
                    .send(new Target(URI.create("https://receiver.example/"), null, null), "id", "{}", Instant.now());
            assertEquals(Target.basic("user:pass word").reveal(),
                    login.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /** Asks for a password until one comes. */
    private static String login(ServerSocket proxy) {
        try {
            while (true) {
                try (Socket socket = proxy.accept()) {
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                    String login = null;
                    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                        login = line.startsWith(BASIC) ? line.substring(BASIC.length()) : login;
                    }
                    if (login != null) {
                        return login;
                    }
                    socket.getOutputStream().write(("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                            + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
