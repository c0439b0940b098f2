package filehash.backends;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final int SHORT_MILLIS = 200;
    private static final Duration BOUND = Await.BOUND;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private ServerSocket echo;
    private Wire wire;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        run(() -> {
            while (true) {
                Socket socket = echo.accept();
                run(() -> answer(socket));
            }
        });
        wire = new Wire("127.0.0.1", echo.getLocalPort());
    }

    @AfterEach
    void end() throws IOException {
        wire.close();
        echo.close();
    }

    @Test
    void wire_passesBothWaysAndTheEnd() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            assertArrayEquals(HELLO, client.getInputStream().readAllBytes());
        }
    }

    @Test
    void cut_resetsTheClientAndLetsTheNextConnect() throws IOException {
        try (Socket client = connect()) {
            say(client);
            wire.cut();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
        try (Socket next = connect()) {
            say(next);
        }
    }

    @Test
    void hold_isSilentAndLosesNothing() throws IOException {
        try (Socket client = connect()) {
            wire.hold();
            client.getOutputStream().write(HELLO);
            client.setSoTimeout(SHORT_MILLIS);
            assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
            wire.pass();
            client.setSoTimeout((int) BOUND.toMillis());
            assertArrayEquals(HELLO, client.getInputStream().readNBytes(HELLO.length));
        }
    }

    @Test
    void cutClients_letsWhatWasHeldReachTheServer() throws IOException {
        try (Socket client = connect()) {
            say(client);
            wire.holdRequests();
            client.getOutputStream().write(HELLO);
            Await.until("the wire holds it", BOUND, () -> wire.held() == HELLO.length);
            wire.cutClients();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
            assertEquals(HELLO.length, received());
            wire.pass();
            Await.until("the server has it", BOUND, () -> received() == 2 * HELLO.length);
        }
    }

    @Test
    void leaveHeld_holdsOnlyThoseWhoAreThere() throws IOException {
        try (Socket client = connect()) {
            say(client);
            wire.holdRequests();
            client.getOutputStream().write(HELLO);
            Await.until("the wire holds it", BOUND, () -> wire.held() == HELLO.length);
            Runnable release = wire.leaveHeld();
            try (Socket next = connect()) {
                say(next);
                assertEquals(2 * HELLO.length, received());
            }
            release.run();
            assertArrayEquals(HELLO, client.getInputStream().readNBytes(HELLO.length));
        }
    }

    @Test
    void refuse_endsWithAccept() throws IOException {
        wire.refuse();
        assertThrows(ConnectException.class, this::connect);
        wire.accept();
        try (Socket client = connect()) {
            say(client);
        }
    }

    @Test
    void refuse_lastsWhileProcessesStart() throws Throwable {
        ProcessStarts.during(() -> {
            for (int i = 0; i < 100; i++) {
                wire.refuse();
                assertThrows(ConnectException.class, this::connect);
                wire.accept();
            }
        });
    }

    @Test
    void cutAfterAnswers_passesThatManyBytes() throws IOException {
        wire.cutAfterAnswers(3);
        try (Socket client = connect()) {
            client.getOutputStream().write(HELLO);
            InputStream in = client.getInputStream();
            assertEquals("hel", new String(in.readNBytes(3), StandardCharsets.UTF_8));
            assertThrows(SocketException.class, in::read);
        }
        try (Socket next = connect()) {
            say(next);
        }
    }

    @Test
    void cutAfterRequests_keepsTheRestFromTheServer() throws IOException {
        wire.cutAfterRequests(2);
        try (Socket client = connect()) {
            client.getOutputStream().write(HELLO);
            assertThrows(SocketException.class, () -> client.getInputStream().readNBytes(HELLO.length));
        }
        Await.until("the server has two bytes", BOUND, () -> received() == 2);
    }

    @Test
    void delay_makesItLate() throws IOException {
        wire.delay(Duration.ofMillis(SHORT_MILLIS));
        try (Socket client = connect()) {
            long before = System.nanoTime();
            say(client);
            assertTrue(System.nanoTime() - before >= 2 * Duration.ofMillis(SHORT_MILLIS).toNanos());
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), wire.port());
        socket.setSoTimeout((int) BOUND.toMillis());
        return socket;
    }

    private static void say(Socket client) throws IOException {
        client.getOutputStream().write(HELLO);
        assertArrayEquals(HELLO, client.getInputStream().readNBytes(HELLO.length));
    }

    private synchronized int received() {
        return received.size();
    }

    private synchronized void receive(byte[] chunk, int bytes) {
        received.write(chunk, 0, bytes);
    }

    private void answer(Socket socket) throws IOException {
        byte[] chunk = new byte[1024];
        try (socket) {
            for (int n = socket.getInputStream().read(chunk); n >= 0; n = socket.getInputStream().read(chunk)) {
                receive(chunk, n);
                socket.getOutputStream().write(chunk, 0, n);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) { // the test has ended this connection
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
