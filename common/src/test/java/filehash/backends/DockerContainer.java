package filehash.backends;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A container bound to fixed ports of loopback, so that it keeps its address after a restart. Owned by one server. */
final class DockerContainer implements Host {
    private static final Duration GONE = Await.BOUND;
    private static final int PULL_MINUTES = 10;
    private static final int LOG_CHARACTERS = 3_000;

    private final GenericContainer<?> container;
    private final String image;

    /** {@code ports} maps our ports to the container's. */
    DockerContainer(String image, Map<Integer, Integer> ports) {
        this.image = image;
        container = new GenericContainer<>(DockerImageName.parse(image));
        List<String> bindings = new ArrayList<>();
        ports.forEach((ours, theirs) -> bindings.add("127.0.0.1:" + ours + ":" + theirs));
        container.setPortBindings(bindings);
        container.waitingFor(new AbstractWaitStrategy() {
            @Override
            protected void waitUntilReady() { // the server checks itself when it answers
            }
        });
        container.withStartupCheckStrategy(new StartupCheckStrategy() {
            @Override
            public StartupStatus checkStartupState(DockerClient client, String id) {
                return StartupStatus.SUCCESSFUL; // one that has ended already is seen by runs()
            }
        });
    }

    DockerContainer environment(String name, String value) {
        container.addEnv(name, value);
        return this;
    }

    /** Copies each file that a flag names (--cert-file=/...) to the same path in the container. */
    DockerContainer files(List<String> flags) {
        flags.stream().map(flag -> Path.of(flag.substring(flag.indexOf('=') + 1)))
                .filter(path -> path.isAbsolute() && Files.isRegularFile(path))
                .forEach(path -> container.withCopyFileToContainer(MountableFile.forHostPath(path), path.toString()));
        return this;
    }

    /** The flags for the image's own program. */
    DockerContainer arguments(List<String> arguments) {
        container.setCommand(arguments.toArray(String[]::new));
        return this;
    }

    DockerContainer command(String program, List<String> arguments) {
        container.withCreateContainerCmdModifier(create -> create.withEntrypoint(program));
        return arguments(arguments);
    }

    @Override
    public void start() throws IOException {
        if (container.getContainerId() != null) {
            client().startContainerCmd(container.getContainerId()).exec();
            return;
        }
        requireImage();
        container.start();
    }

    /** Pulls the image once; by default a failing pull is repeated for minutes. */
    private void requireImage() throws IOException {
        try {
            client().inspectImageCmd(image).exec();
        } catch (NotFoundException absent) {
            try {
                client().pullImageCmd(image).start().awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES);
            } catch (DockerException e) {
                throw new IOException("no image " + image + ": name another by FILEHASH_ETCD_IMAGE or"
                        + " FILEHASH_MYSQL_IMAGE, or use programs of this machine by FILEHASH_BACKENDS=native", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while pulling " + image, e);
            }
        }
    }

    @Override
    public void kill() throws IOException {
        Await.until("the killed " + image + " is gone", GONE, () -> {
            if (runs()) {
                client().killContainerCmd(container.getContainerId()).exec(); // throws if it ends just now
            }
            return !runs();
        });
    }

    @Override
    public void freeze() {
        client().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void thaw() {
        client().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public String log() {
        try {
            String text = container.getLogs();
            return text.substring(Math.max(0, text.length() - LOG_CHARACTERS));
        } catch (DockerException e) {
            return "no log: " + e;
        }
    }

    @Override
    public void close() {
        container.stop();
    }

    @Override
    public boolean runs() {
        InspectContainerResponse answer = client().inspectContainerCmd(container.getContainerId()).exec();
        return Boolean.TRUE.equals(answer.getState().getRunning());
    }

    private DockerClient client() {
        return container.getDockerClient();
    }
}
