package filehash.backends;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * A real server of the tests on a loopback port. After a kill or a freeze it comes back at the same address with its
 * data. A test may do that only to a server of its own, because other tests use the shared one at the same time.
 */
public abstract class Server implements AutoCloseable {
    private static final Duration START = Await.BOUND;
    private static final int PORT_TRIES = 3;

    private final String name;
    private final int port;
    private final Host host;

    Server(String name, int port, Host host) {
        this.name = name;
        this.port = port;
        this.host = host;
    }

    /** Makes a server that does not run yet, with ports of its own. */
    interface Creation<S> {
        S create() throws IOException;
    }

    /** Whether it serves requests: Docker's proxy accepts connections even if the server is down. */
    abstract boolean serves() throws Exception;

    public final String address() {
        return "127.0.0.1";
    }

    public final int port() {
        return port;
    }

    /** Starts it, for the first time or after {@link #kill}; returns when it answers. */
    public final void start() throws IOException {
        host.start();
        try {
            Await.until(this + " answers", START, () -> !host.runs() || serves());
            if (!host.runs()) {
                throw new AssertionError(this + " ended");
            }
        } catch (AssertionError e) {
            String log = host.log();
            host.close();
            throw new IOException(e.getMessage() + ", but says: " + log, e);
        }
    }

    public final void kill() throws IOException {
        host.kill();
    }

    public final void freeze() throws IOException {
        host.freeze();
    }

    public final void thaw() throws IOException {
        host.thaw();
    }

    @Override
    public final void close() throws IOException {
        host.close();
    }

    /** Starts a server for the whole JVM, which ends with it. */
    static <S extends Server> S startShared(Creation<S> creation) {
        try {
            S server = started(creation);
            atExit(server.toString(), server::close);
            return server;
        } catch (Exception e) { // in a static initializer, so the message must be complete
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Creates the server again, with another port, if another program has taken its port in between. */
    static <S extends Server> S started(Creation<S> creation) throws IOException {
        for (int left = PORT_TRIES;; left--) {
            try {
                S server = creation.create();
                server.start();
                return server;
            } catch (IOException | RuntimeException e) {
                if (left == 0 || !portIsTaken(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean portIsTaken(Throwable e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("already in use") || message.contains("already allocated")
                || e.getCause() != null && portIsTaken(e.getCause());
    }

    static void atExit(String name, Closeable end) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                end.close();
            } catch (IOException e) { // the JVM ends: only a message is possible
                System.err.println("could not end " + name + ": " + e);
            }
        }, "end of " + name));
    }

    @Override
    public final String toString() {
        return name + " on port " + port;
    }
}
