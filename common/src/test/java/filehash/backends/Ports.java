package filehash.backends;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports of loopback. */
public final class Ports {
    /** Below the ports of outgoing connections, because one of those could take the port of a dead server. */
    private static final int FIRST = 15_000;
    private static final int LAST = 30_000;
    private static final int TRIES = 100;

    private Ports() {
    }

    /** A port on which nobody listens; take it soon. */
    public static int free() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) { // the port is in use: try the next
                continue;
            }
        }
        throw new IOException("no free port from " + FIRST + " to " + LAST);
    }
}
