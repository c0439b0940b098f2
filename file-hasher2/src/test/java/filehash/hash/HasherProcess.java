package filehash.hash;

import filehash.backends.Await;
import filehash.backends.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** file-hasher2 as a process that dies or freezes before the step with a given number. */
public final class HasherProcess {
    public static final int KILLED = 137;

    /** Steps whose number depends on the speed. */
    private static final Set<String> UNCOUNTED = Set.of("wait", "hash", "connect");
    private static final long SECONDS = Await.BOUND.toSeconds();

    private HasherProcess() {
    }

    /** @param arguments halt or freeze, and the number of the step to do it before */
    public static void main(String[] arguments) {
        int last = Integer.parseInt(arguments[1]);
        AtomicInteger steps = new AtomicInteger();
        FileHasher.run(step -> {
            if (isCounted(step) && steps.getAndIncrement() == last) {
                if (arguments[0].equals("halt")) {
                    Runtime.getRuntime().halt(KILLED);
                } else {
                    freeze();
                }
            }
        });
    }

    public static boolean isCounted(String step) {
        return !UNCOUNTED.contains(step);
    }

    /** @param more of its environment: names and values */
    public static Process start(Path root, String how, int step, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp",
                System.getProperty("java.class.path"), HasherProcess.class.getName(), how, Integer.toString(step)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve("log").toFile()));
        Log.follow(root.resolve("log"));
        builder.environment().putAll(HasherPod.environment(root));
        for (int i = 0; i < more.length; i += 2) {
            builder.environment().put(more[i], more[i + 1]);
        }
        return builder.start();
    }

    public static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it still runs after " + SECONDS + " s");
        }
        return process.exitValue();
    }

    public static boolean isFrozen(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
    }

    public static void thaw(Process process) throws IOException, InterruptedException {
        exitCode(signal("CONT", process.pid()));
    }

    private static void freeze() {
        try {
            signal("STOP", ProcessHandle.current().pid()).waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot freeze", e);
        }
    }

    /** Uses the shell's own kill, because some machines have no program of that name. */
    private static Process signal(String name, long pid) throws IOException {
        return new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start();
    }
}
