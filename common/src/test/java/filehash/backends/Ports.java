package filehash.backends;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of loopback. Each JVM takes ranges of its own, so that no test is given a port that another is about to
 * listen on, or again after its server was killed.
 */
public final class Ports {
    /** Below the ports of outgoing connections, because one of those could take the port of a dead server. */
    private static final int FIRST = 15_000;
    private static final int LAST = 30_000;
    private static final int RANGE = 100;
    private static final int TRIES = 1_000;

    /** On the first port of each range of this JVM: another JVM cannot take the range. */
    private static final List<ServerSocket> RANGES = new ArrayList<>();
    private static int next;
    private static int end;

    private Ports() {
    }

    /** A port on which nobody listens, and which no other call returns. */
    public static synchronized int free() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            if (next == end) {
                takeRange();
            }
            int port = next++;
            if (canListen(port)) {
                return port;
            }
        }
        throw new IOException("no free port from " + FIRST + " to " + LAST);
    }

    private static void takeRange() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int first = FIRST + RANGE * ThreadLocalRandom.current().nextInt((LAST - FIRST) / RANGE);
            try {
                RANGES.add(listen(first));
                next = first + 1;
                end = first + RANGE;
                return;
            } catch (IOException e) { // another JVM has this range: try the next
                continue;
            }
        }
        throw new IOException("no free range of ports from " + FIRST + " to " + LAST);
    }

    /**
     * Binds the port and does not listen: as long as a child of this JVM has not run its program yet, it has the socket
     * too, and two can have a port unless one of them listens.
     */
    private static boolean canListen(int port) {
        try (Socket probe = new Socket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) { // the port is in use
            return false;
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
