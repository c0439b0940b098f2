package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Log;
import filehash.backends.Packaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The three packaged programs on one directory, each a process that prints into a file of its own. */
final class PackagedPod {
    private static final int TERMINATED = 143;
    private static final Duration LINE = Await.BOUND;

    private final String name;
    private final Path logs;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    private PackagedPod(String name, Path logs) {
        this.name = name;
        this.logs = logs;
    }

    static PackagedPod start(String name, Path directory, Path logs, Map<String, String> settings) throws IOException {
        PackagedPod pod = new PackagedPod(name, logs);
        for (String program : Packaged.PROGRAMS) {
            Map<String, String> environment = new LinkedHashMap<>(settings);
            environment.put("SHARED_DIR", directory.toString());
            environment.put("HOSTNAME", name);
            environment.put("HTTP_PORT", "0");
            pod.processes.put(program, start(program, pod.log(program), environment));
        }
        return pod;
    }

    static Process start(String program, Path log, Map<String, String> settings) throws IOException {
        Log.follow(log);
        return Packaged.process(Packaged.command(program), settings).redirectOutput(log.toFile()).start();
    }

    void awaitLine(String program, String part) {
        Await.until(log(program) + " has a line with " + part, LINE, () -> lines(program, part) > 0);
    }

    void awaitWarning(String program, String part) {
        Await.until(log(program) + " has a warning with " + part, LINE, () -> warnings(program, part) > 0);
    }

    long warnings(String program, String part) throws IOException {
        return Files.readString(log(program)).lines().filter(line -> line.contains(" WARN ") && line.contains(part))
                .count();
    }

    long lines(String program, String part) throws IOException {
        return Files.readString(log(program)).lines().filter(line -> line.contains(part)).count();
    }

    /** Ends it as Kubernetes does, and checks that each program ends by itself, without being killed. */
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

    /** Kills what still runs. */
    void kill() {
        processes.values().forEach(Process::destroyForcibly);
    }

    private Path log(String program) {
        return logs.resolve(name + "-" + program + ".log");
    }
}
