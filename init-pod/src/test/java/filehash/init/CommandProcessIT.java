package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as processes: their exit codes and what they print, and that a pod does without them. */
class CommandProcessIT {
    private static final String INIT_POD = "filehash.init.InitPod";
    private static final String SCRIPT = "filehash.init.command.Script";

    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();

    @Test
    void exitCodes_areThoseOfTheOutcome() throws Exception {
        assertEquals(0, run(INIT_POD, "submit", "s3://b/ü", "--method", "md5", "--jobs", "2", "--id", "1"));
        assertEquals("1\n", out());
        assertEquals("/ü/", store.get("/req/1/root"));
        assertEquals(0, run(INIT_POD, "status"));
        assertEquals("1 s3://b/ü/ MD5: waiting; 2 jobs\n", out());
        assertEquals(64, run(INIT_POD, "cancel", "1"));
        assertEquals(4, run(INIT_POD, "status", "10"));
        assertEquals(64, run(INIT_POD, "statsu"));
        assertEquals(0, run(INIT_POD, "--help"));
        assertTrue(out().contains("submit"), out());
    }

    @Test
    void script_passesAllButItsOwnPath() throws Exception {
        assertEquals(0, run(SCRIPT, "/usr/local/bin/filehash", "status"));
        assertEquals("No request is open, and none is done.\n", out());
        assertEquals(64, run(SCRIPT, "/usr/local/bin/filehash"));
    }

    @Test
    void pod_loadsNothingOfTheCommands() throws Exception {
        Path loaded = folder.resolve("loaded");
        try (InitPodProcess pod = InitPodProcess.start(folder, store.environment("pod", "SHARED_DIR",
                Files.createDirectory(folder.resolve("dat")).toString()), "-Xlog:class+load:file=" + loaded)) {
            store.request("1", 1);
            store.await("it counts", () -> store.has("/stats/outstanding"));
            assertTrue(pod.runs());
        }
        List<String> classes = Files.readAllLines(loaded);
        assertTrue(classes.stream().anyMatch(line -> line.contains("filehash.init.JobRun")), "no class was logged");
        assertFalse(classes.stream().anyMatch(line -> line.contains("picocli")
                || line.contains("filehash.init.command")), "a class of the commands was loaded");
    }

    /** Its lease would end some seconds later. A busy machine may miss the deadline of its one call. */
    @Test
    void estimate_thatIsInterruptedDeletesItsRequestAtOnce() throws Exception {
        store.await("one of several estimates has its answer in time", this::deletesItsRequestAtOnce);
    }

    private boolean deletesItsRequestAtOnce() throws Exception {
        store.await("the one before is gone", () -> store.all().below("/req/").isEmpty());
        Process process = start(INIT_POD, "estimate", "s3://b/a");
        store.await("it is put", () -> !store.all().below("/req/").isEmpty());
        process.destroy();
        assertTrue(process.waitFor(Await.BOUND.toMillis(), TimeUnit.MILLISECONDS), "it hangs");
        boolean late = Files.readString(folder.resolve("err")).contains("no answer in time");
        assertTrue(late || store.all().below("/req/").isEmpty(), "the request is left");
        return !late;
    }

    private int run(String main, String... args) throws IOException, InterruptedException {
        Process process = start(main, args);
        assertTrue(process.waitFor(Await.BOUND.toMillis(), TimeUnit.MILLISECONDS), "it hangs");
        return process.exitValue();
    }

    private Process start(String main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-XX:TieredStopAtLevel=1", "-Xmx32m", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile()).redirectInput(ProcessBuilder.Redirect.from(
                        Path.of("/dev/null").toFile()));
        builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
        builder.environment().putAll(store.environment("shell"));
        return builder.start();
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }
}
