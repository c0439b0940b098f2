package filehash.deaths;

import filehash.backends.Await;
import filehash.backends.Log;
import filehash.backends.Packaged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One program of a pod. When it ends it is started again, as a kubelet does, until the pod itself ends. */
final class Container {
    static final int KILLED = 137;
    static final int TERMINATED = 143;

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final String name;
    private final Path log;
    private final ProcessBuilder builder;
    private final boolean onlyOnFailure;
    private final List<Integer> ends = new ArrayList<>();
    private Process process;
    private boolean wanted;
    private int starts;

    /** @param onlyOnFailure like a Job's restartPolicy OnFailure: a program that ended with 0 is not started again */
    Container(String name, List<String> command, Map<String, String> environment, Path log, boolean onlyOnFailure) {
        this.name = name;
        this.log = log;
        this.onlyOnFailure = onlyOnFailure;
        this.builder = Packaged.process(command, environment)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    synchronized void start() throws IOException {
        wanted = true;
        Log.follow(log);
        launch();
    }

    synchronized long pid() {
        return process.pid();
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Like kill -9: it is started again soon. */
    void kill() {
        kill(current());
    }

    /** Sends SIGTERM: it is started again soon. */
    synchronized void terminate() {
        process.destroy();
    }

    synchronized void stopRestarting() {
        wanted = false;
    }

    void end() {
        stopRestarting();
        kill(current());
    }

    /** @return its exit code, or -1 if it still runs after that time */
    int awaitEnd(Duration time) throws InterruptedException {
        Process current = current();
        return current.waitFor(time.toMillis(), TimeUnit.MILLISECONDS) ? current.exitValue() : -1;
    }

    String log() throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }

    synchronized int starts() {
        return starts;
    }

    /** The exit codes with which it ended without a signal. */
    synchronized List<Integer> endsOfItsOwn() {
        return ends.stream().filter(code -> code != KILLED && code != TERMINATED).toList();
    }

    @Override
    public String toString() {
        return name;
    }

    private synchronized Process current() {
        return process;
    }

    /**
     * Waits without the lock: {@link #ended} takes it on a thread of the common pool, and where that pool has one
     * thread, onExit completes only after it.
     */
    private static void kill(Process process) {
        if (process != null) {
            process.destroyForcibly().onExit().orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private synchronized void launch() throws IOException {
        process = builder.start();
        starts++;
        process.onExit().thenAccept(this::ended);
    }

    private synchronized void ended(Process ended) {
        int code = ended.exitValue();
        ends.add(code);
        if (wanted && ended == process && !(onlyOnFailure && code == 0)) {
            CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS).execute(this::again);
        }
    }

    private synchronized void again() {
        try {
            if (wanted) {
                launch();
            }
        } catch (IOException e) { // the run fails without it, and this line is the reason
            System.err.println(name + " does not start: " + e);
        }
    }
}
