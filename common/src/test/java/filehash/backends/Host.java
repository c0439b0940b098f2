package filehash.backends;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.DockerClientFactory;

/** Runs a backend, as a program of this machine or in a container. Its data are lost only by {@link #close}. */
sealed interface Host extends AutoCloseable permits HostProgram, DockerContainer {
    /** Below the ports of outgoing connections, because one of those could take the port of a dead server. */
    int FIRST_PORT = 15_000;
    int LAST_PORT = 30_000;
    int PORT_TRIES = 100;

    void start() throws IOException;

    /** Like kill -9: nothing is flushed or announced. */
    void kill() throws IOException;

    /** Its connections stay open without an answer. */
    void freeze() throws IOException;

    void thaw() throws IOException;

    /** The end of what it printed. */
    String log();

    @Override
    void close() throws IOException;

    /** FILEHASH_BACKENDS selects native or docker; without it Docker is used if an engine answers. */
    static boolean isDocker() {
        String choice = setting("FILEHASH_BACKENDS", "");
        return switch (choice) {
            case "native" -> false;
            case "docker" -> true;
            case "" -> DockerClientFactory.instance().isDockerAvailable();
            default -> throw new IllegalArgumentException("FILEHASH_BACKENDS=" + choice + ": native or docker");
        };
    }

    static String setting(String name, String otherwise) {
        String property = System.getProperty(name);
        String value = property != null ? property : System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    static int freePort() throws IOException {
        for (int i = 0; i < PORT_TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) { // the port is in use: try the next
                continue;
            }
        }
        throw new IOException("no free port from " + FIRST_PORT + " to " + LAST_PORT);
    }
}
