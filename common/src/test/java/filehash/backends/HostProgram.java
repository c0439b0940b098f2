package filehash.backends;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of this machine. All its files are in one temporary folder, deleted with it. Owned by one server. */
final class HostProgram implements Host {
    private static final int LOG_CHARACTERS = 3_000;
    private static final long SECONDS = Await.BOUND.toSeconds();

    private final Path folder;
    private final List<String> command;
    private Process process;

    HostProgram(Path folder, List<String> command) {
        this.folder = folder;
        this.command = List.copyOf(command);
    }

    /** Returns its path, even from folders that are only in root's PATH; else fails with the package to install. */
    static String find(String name, String debianPackage) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).map(Path::toString).findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not on PATH, and no Docker engine is used: "
                        + "apt-get install " + debianPackage + ", or start a Docker engine"));
    }

    static Path newFolder(String name) throws IOException {
        return Files.createTempDirectory("filehash-" + name + "-");
    }

    /** Runs a short command to its end. */
    static void run(Path folder, List<String> command) throws IOException {
        HostProgram program = new HostProgram(folder, command);
        program.start();
        program.await();
        if (program.process.exitValue() != 0) {
            throw new IOException(command.get(0) + " ended with " + program.process.exitValue() + ": " + program.log());
        }
    }

    @Override
    public void start() throws IOException {
        Files.createDirectories(folder); // close has deleted it
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        // etcd reads flags from ETCD_ variables, and the settings of our own programs begin alike
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        process = builder.start();
    }

    @Override
    public boolean runs() {
        return process.isAlive();
    }

    @Override
    public void kill() throws IOException {
        process.destroyForcibly();
        await();
    }

    @Override
    public void freeze() throws IOException {
        signal("-STOP");
        Await.until("all its threads stand still", Await.BOUND, () -> !process.isAlive() || isFrozen());
    }

    /** A thread that waits for a CPU takes the signal once it gets one, and the others go on until then. */
    private boolean isFrozen() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                if (!Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1).contains(") T ")) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public void thaw() throws IOException {
        signal("-CONT");
    }

    @Override
    public String log() {
        try {
            String text = Files.readString(logFile(), StandardCharsets.ISO_8859_1);
            return text.substring(Math.max(0, text.length() - LOG_CHARACTERS));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        delete(folder);
    }

    static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> tree = Files.walk(folder)) {
            paths = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private Path logFile() {
        return folder.resolve("log");
    }

    private void signal(String signal) throws IOException {
        long pid = process.pid(); // which may be gone; kill is the shell's own
        run(folder, List.of("sh", "-c", "kill " + signal + " " + pid + " || ! kill -0 " + pid));
    }

    private void await() throws IOException {
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " still runs after " + SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.get(0), e);
        }
    }
}
