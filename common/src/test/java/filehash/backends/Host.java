package filehash.backends;

import java.io.IOException;
import org.testcontainers.DockerClientFactory;

/** Runs a backend, as a program of this machine or in a container. Its data are lost only by {@link #close}. */
sealed interface Host extends AutoCloseable permits HostProgram, DockerContainer {
    void start() throws IOException;

    boolean runs() throws IOException;

    /** Like kill -9, also if it has ended already: nothing is flushed or announced. */
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
}
