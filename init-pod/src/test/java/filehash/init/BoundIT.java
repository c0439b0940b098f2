package filehash.init;

import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.command.Called;
import filehash.pod.PodFile;
import filehash.pod.Waited;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the siblings wait for reaches the commands. */
class BoundIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void cause_thatMostTimeIsLostToInAllPodsIsNamed() throws Exception {
        store.request("1", 2);
        try (Pod one = store.pod(folder, "pod-1", rows, gate).start();
                Pod two = store.pod(folder, "pod-2", rows, gate).start()) {
            store.await("both at work", () -> store.has("/wip/1/0/progress") && store.has("/wip/1/1/progress"));
            one.directory().write(PodFile.waits("s3-fetch-tool2"), new Waited(Map.of("s3", 0.0)));
            two.directory().write(PodFile.waits("file-hasher2"), new Waited(Map.of("mysql", 0.0)));
            store.await("a first look", () -> waited("s3") && waited("mysql"));
            one.directory().write(PodFile.waits("s3-fetch-tool2"), new Waited(Map.of("s3", 50.0)));
            two.directory().write(PodFile.waits("file-hasher2"), new Waited(Map.of("mysql", 9000.0)));
            store.await("the cause", () -> status().contains("; bound by mysql: raise FILES_LIMIT, or look at the "
                    + "server"));
            String json = Called.with(store.environment("person"), "status", "--json").out();
            assertTrue(json.contains("\"bound\":{\"by\":\"mysql\",\"waited\":{\"mysql\":"), json);
            gate.end();
            store.await("done", () -> store.has("/done/1/summary"));
            assertTrue(!status().contains("bound"), status());
        }
    }

    @Test
    void cause_ofAnEarlierAttemptIsNotNamed() throws Exception {
        new Scenes(store).run("1", "photos/", "r");
        String progress = store.get("/wip/1/0/progress");
        store.put("/wip/1/0/progress", progress.substring(0, progress.length() - 1)
                + ",\"waited\":{\"s3\":1.0},\"lately\":{\"seconds\":60.0,\"objects\":6,\"bytes\":6}}");
        assertTrue(status().contains("bound by s3") && status().contains("0.1/s"), status());
        store.put("/wip/1/0/attempt", "2");
        assertTrue(!status().contains("bound by s3") && !status().contains("0.1/s"), status());
    }

    /** In either job: any pod may have either. */
    private boolean waited(String cause) throws Exception {
        return (store.get("/wip/1/0/progress") + store.get("/wip/1/1/progress"))
                .contains("\"waited\":{\"" + cause + "\":0.0}");
    }

    private String status() {
        return Called.with(store.environment("person"), "status").out();
    }
}
