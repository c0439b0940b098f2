package filehash.init;

import filehash.backends.Await;
import filehash.backends.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** init-pod as a process of its own, with the heap that its container gives it. */
final class InitPodProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private InitPodProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param flags of the JVM */
    static InitPodProcess start(Path folder, Map<String, String> environment, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"),
                "filehash.init.InitPod"));
        Path log = folder.resolve("log");
        Log.follow(log);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("HTTP_PORT", "0");
        return new InitPodProcess(builder.start(), log);
    }

    boolean runs() {
        return process.isAlive();
    }

    void terminate() {
        process.destroy();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
