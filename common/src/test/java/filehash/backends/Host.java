package filehash.backends;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.DockerClientFactory;

/** What a backend runs on: a program of this machine or a container. Data outlive everything but {@link #close}. */
sealed interface Host extends AutoCloseable permits HostProgram, Container {
    /** Below the ports of outgoing connections: one of those could sit on the port of a server that is dead. */
    int FIRST_PORT = 15_000;
    int LAST_PORT = 30_000;
    int PORT_TRIES = 100;

    void start() throws IOException;

    /** As kill -9: nothing is flushed, nobody is told. */
    void kill() throws IOException;

    /** Its connections stay open, and nobody answers on them. */
    void freeze() throws IOException;

    void thaw() throws IOException;

    /** The end of what it printed. */
    String log();

    @Override
    void close() throws IOException;

    /** FILEHASH_BACKENDS says native or docker; else Docker where an engine answers. */
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
            } catch (IOException e) { // somebody has it: the next
                continue;
            }
        }
        throw new IOException("no free port from " + FIRST_PORT + " to " + LAST_PORT);
    }
}
