package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The three packaged programs on one directory, each a process that prints into a file of its own. */
final class Pod {
    static final List<String> PROGRAMS = List.of("init-pod", "s3-fetch-tool2", "file-hasher2");

    private static final int TERMINATED = 143;
    private static final Duration LINE = Await.BOUND;

    private final String name;
    private final Path logs;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    private Pod(String name, Path logs) {
        this.name = name;
        this.logs = logs;
    }

    static Pod start(String name, Path directory, Path logs, Map<String, String> settings) throws IOException {
        Pod pod = new Pod(name, logs);
        for (String program : PROGRAMS) {
            Map<String, String> environment = new LinkedHashMap<>(settings);
            environment.put("SHARED_DIR", directory.toString());
            environment.put("HOSTNAME", name);
            environment.put("HTTP_PORT", "0");
            pod.processes.put(program, start(program, pod.log(program), environment));
        }
        return pod;
    }

    /** As in its container: nothing in the environment but its settings, and names of files only in ASCII. */
    static Process start(String program, Path log, Map<String, String> settings) throws IOException {
        Path jar = Path.of("..", program, "target", program + ".jar").toAbsolutePath().normalize();
        assertTrue(Files.exists(jar), jar + " is not packaged");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(java, "-jar", jar.toString()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(settings);
        return builder.start();
    }

    void awaitLine(String program, String part) {
        Await.until(log(program) + " has a line with " + part, LINE, () -> lines(program, part) > 0);
    }

    long lines(String program, String part) throws IOException {
        return Files.readString(log(program)).lines().filter(line -> line.contains(part)).count();
    }

    /** As Kubernetes ends it: each ends by itself, and is not halted because it hangs. */
    void stop() throws InterruptedException, IOException {
        processes.values().forEach(Process::destroy);
        for (Map.Entry<String, Process> entry : processes.entrySet()) {
            Process process = entry.getValue();
            boolean ended = process.waitFor(LINE.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            assertTrue(ended, name + "/" + entry.getKey() + " still runs long after SIGTERM");
            assertEquals(TERMINATED, process.exitValue(), "exit code of " + name + "/" + entry.getKey());
            assertEquals(1, lines(entry.getKey(), entry.getKey() + " ends"), log(entry.getKey()) + " has no last line");
        }
    }

    /** Whatever has failed, nothing of it stays. */
    void kill() {
        processes.values().forEach(Process::destroyForcibly);
    }

    private Path log(String program) {
        return logs.resolve(name + "-" + program + ".log");
    }
}
