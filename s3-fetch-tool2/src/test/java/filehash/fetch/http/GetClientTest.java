package filehash.fetch.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Daemon;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GetClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String ABC = OK + "Content-Length: 3\r\n\r\nabc";
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void request_isWrittenAsTheServerExpectsIt() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ABC); GetClient client = client(server, LONG)) {
            assertEquals("abc", body(client.get("/a%20b", Map.of("Range", "bytes=0-2"), abort -> {})));
            assertEquals(List.of("GET /a%20b HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                    + "\r\nRange: bytes=0-2\r\n\r\n"), server.requests());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            ABC,
            "HTTP/1.1 206\r\ncontent-length:3 \r\n\r\nabc",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ABC,
            OK + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: Chunked\r\nContent-Length: 99\r\n\r\n03\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
            "HTTP/1.0 200 OK\nConnection: Keep-Alive\nContent-Length: 3\n\nabc"})
    void connection_isKeptAfterAWholeBody(String answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answer, answer); GetClient client = client(server, LONG)) {
            assertEquals("abc", body(get(client)));
            assertEquals("abc", body(get(client)));
            assertEquals(1, server.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            OK + "Content-Length: 3\r\nConnection: close\r\n\r\nabc",
            OK + "Connection: close\r\n\r\nabc",
            "HTTP/1.0 200 OK\r\nConnection: closed\r\nX: Connection: close\r\n\r\nabc",
            ABC + "and more"})
    void connection_isNotKeptIfItCannotBe(String answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answer, answer); GetClient client = client(server, LONG)) {
            assertEquals("abc", body(get(client)));
            assertEquals("abc", body(get(client)));
            assertEquals(2, server.connections());
        }
    }

    /** They would be taken for the next response. */
    @Test
    void connection_onWhichBytesComeLateIsNotUsedAgain() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Connection connection = new Connection(route(listener.getLocalPort(), LONG), stream -> stream,
                    stream -> stream);
            connection.open();
            try (Socket server = listener.accept()) {
                server.getOutputStream().write(ABC.getBytes(StandardCharsets.US_ASCII));
                connection.send("GET / HTTP/1.1\r\n\r\n");
                Head head = Head.read(connection.input());
                new ResponseBody(connection.input(), head, connection::rest, connection::close).readAllBytes();
                assertFalse(connection.isDirty());
                server.getOutputStream().write("HTTP/1.1 408 Request Timeout\r\n".getBytes(StandardCharsets.US_ASCII));
                Await.until("the bytes come", Await.BOUND, connection::isDirty);
            } finally {
                connection.close();
            }
        }
    }

    @Test
    void connection_isClosedIfTheBodyIsNotReadToItsEnd() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ABC, ABC); GetClient client = client(server, LONG)) {
            try (Response response = get(client)) {
                assertEquals('a', response.body().read());
            }
            assertEquals("abc", body(get(client)));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void connection_thatTheServerClosedWhileItWasIdleIsReplaced() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ABC, ScriptedServer.END, ABC);
                GetClient client = client(server, LONG)) {
            body(get(client));
            assertEquals("abc", body(get(client)));
            assertEquals(List.of(2, 3), List.of(server.connections(), server.requests().size()));
        }
    }

    @Test
    void newConnection_thatEndsWithoutAResponseIsAFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.END); GetClient client = client(server, LONG)) {
            assertThrows(IOException.class, () -> get(client));
            assertEquals(1, server.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            OK + "Content-Length: 4\r\nConnection: close\r\n\r\nabc",
            OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nabc",
            OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n",
            OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n-3\r\nabc\r\n0\r\n\r\n"})
    void body_thatIsCutOrMalformedIsNoWholeBody(String answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answer); GetClient client = client(server, LONG);
                Response response = get(client)) {
            assertThrows(IOException.class, () -> response.body().readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            OK + "no colon\r\n\r\n",
            OK + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            OK + "Content-Length: -3\r\n\r\nabc",
            OK + "Content-Length: 0x3\r\n\r\nabc",
            OK + "Transfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
            OK + "Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\nabc",
            OK + "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            OK + "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"})
    void head_thatIsMalformedIsAFailure(String answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answer); GetClient client = client(server, LONG)) {
            assertThrows(ProtocolException.class, () -> get(client));
        }
    }

    @Test
    void interimHeads_withoutEndAreAFailure() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
        try (ScriptedServer server = new ScriptedServer(interim.repeat(20) + ABC);
                GetClient client = client(server, LONG)) {
            assertThrows(ProtocolException.class, () -> get(client));
        }
    }

    @Test
    void trailers_withoutEndAreAFailure() throws Exception {
        String answer = OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + "x: y\r\n".repeat(2_000) + "\r\n";
        try (ScriptedServer server = new ScriptedServer(answer); GetClient client = client(server, LONG);
                Response response = get(client)) {
            assertThrows(ProtocolException.class, () -> response.body().read());
        }
    }

    @Test
    void head_withoutEndIsAFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer(OK + "X: " + "x".repeat(1 << 17));
                GetClient client = client(server, LONG)) {
            assertThrows(ProtocolException.class, () -> get(client));
        }
    }

    @Test
    void header_thatWouldBeTwoIsNotSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ABC); GetClient client = client(server, LONG)) {
            assertThrows(ProtocolException.class,
                    () -> client.get("/", Map.of("If-Match", "\"a\r\nHost: elsewhere\""), abort -> {}));
            assertEquals(0, server.requests().size());
        }
    }

    @Test
    void silence_isATimeout() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.NOTHING);
                GetClient client = client(server, Duration.ofMillis(50))) {
            assertThrows(SocketTimeoutException.class, () -> get(client));
        }
    }

    /** The head comes at once, and would take more than a minute at this rate. */
    @Test
    void head_doesNotWaitForALimitOnBytes() throws Exception {
        Quota quota = new Quota();
        quota.bytes().set(0.5);
        try (ScriptedServer server = new ScriptedServer(ABC);
                GetClient client = new GetClient(route(server.port(), Duration.ofMinutes(1)), quota)) {
            assertEquals("abc", body(get(client)));
        }
    }

    /** No single pause is long, on a busy machine either. */
    @Test
    void head_thatComesByteByByteWithoutEndIsATimeout() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GetClient client = client(listener.getLocalPort(), Duration.ofSeconds(5))) {
            Daemon.start("slow", () -> {
                try (Socket socket = listener.accept()) {
                    socket.getOutputStream().write((OK + "X: ").getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        socket.getOutputStream().write('x');
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
            SocketTimeoutException e = assertThrows(SocketTimeoutException.class, () -> get(client));
            assertTrue(e.getMessage().contains("not whole after 5000 ms"), e.getMessage());
        }
    }

    @Test
    void closedPort_isNamed() throws Exception {
        try (Socket taken = new Socket()) { // bound, so that nobody else listens there
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (GetClient client = client(taken.getLocalPort(), LONG)) {
                ConnectException e = assertThrows(ConnectException.class, () -> get(client));
                assertTrue(e.getMessage().contains("127.0.0.1:" + taken.getLocalPort()), e.getMessage());
            }
        }
    }

    @Test
    void abort_endsARequestThatWaits() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.NOTHING);
                GetClient client = client(server, LONG)) {
            AtomicReference<Runnable> abort = new AtomicReference<>();
            CompletableFuture<Response> response = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.get("/", Map.of(), abort::set);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until("the request arrives", Await.BOUND, () -> !server.requests().isEmpty());
            abort.get().run();
            assertThrows(ExecutionException.class, () -> response.get(Await.BOUND.toSeconds(),
                    TimeUnit.SECONDS));
        }
    }

    @Test
    void abort_beforeTheRequestSendsNothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ABC); GetClient client = client(server, LONG)) {
            assertThrows(IOException.class, () -> client.get("/", Map.of(), Runnable::run));
            assertEquals(0, server.requests().size());
        }
    }

    @Test
    void abort_afterTheLastByteDoesNotReachTheNextRequest() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ABC, ABC); GetClient client = client(server, LONG)) {
            List<Runnable> aborts = new ArrayList<>();
            body(client.get("/", Map.of(), aborts::add));
            try (Response next = get(client)) {
                aborts.get(0).run();
                assertEquals("abc", text(next));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void close_abortsTheRequestsUnderWay() throws Exception {
        try (ScriptedServer server = new ScriptedServer(OK + "Content-Length: 9\r\n\r\nabc")) {
            GetClient client = client(server, LONG);
            try (Response response = get(client)) {
                response.body().readNBytes(3);
                client.close();
                assertThrows(IOException.class, () -> response.body().read());
            }
            assertThrows(IOException.class, () -> get(client));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void header_isFoundByItsNameInLowerCase() throws Exception {
        try (ScriptedServer server = new ScriptedServer(OK + "ETag: \"x\"\r\nEMPTY:\r\nContent-Length: 0\r\n\r\n");
                GetClient client = client(server, LONG); Response response = get(client)) {
            assertEquals(List.of("\"x\"", ""), List.of(response.header("etag"), response.header("empty")));
            assertTrue(response.isSuccessful());
            assertEquals(-1, response.body().read());
        }
    }

    @Test
    void password_isNotShown() {
        Route route = new Route(new Route.Hop(true, "s3.example", 443), new Route.Hop(false, "proxy", 3128),
                "user:secret", null, LONG, LONG);
        assertFalse(route.toString().contains("secret"), route.toString());
    }

    private static Response get(GetClient client) throws IOException {
        return client.get("/", Map.of(), abort -> {});
    }

    private static String body(Response response) throws IOException {
        try (response) {
            return text(response);
        }
    }

    private static String text(Response response) throws IOException {
        return new String(response.body().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static GetClient client(ScriptedServer server, Duration silence) {
        return client(server.port(), silence);
    }

    private static GetClient client(int port, Duration silence) {
        return new GetClient(route(port, silence), new Quota());
    }

    private static Route route(int port, Duration silence) {
        return new Route(new Route.Hop(false, "127.0.0.1", port), null, null, null, LONG, silence);
    }
}
