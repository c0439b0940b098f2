package filehash.init;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.init.command.Called;
import filehash.init.etcd.Snapshot;
import filehash.pod.PodFile;
import filehash.pod.Waited;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
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
            assertTrue(reports().allMatch(key -> key.lease() != 0), "they end with their pods");
            Await.value("the cause, as a line and as JSON", () -> {
                waits(one, "s3-fetch-tool2", "s3", 1);
                waits(two, "file-hasher2", "mysql", 200);
                return status() + Called.with(store.environment("person"), "status", "--json").out();
            }, shown -> shown.contains("; bound by mysql: raise FILES_LIMIT, or look at the server")
                    && shown.contains("\"bound\":{\"by\":\"mysql\",\"waited\":{\"mysql\":"));
            gate.end();
            store.await("done", () -> store.has("/done/1/summary"));
            assertTrue(!status().contains("bound"), status());
        }
    }

    /** Each takes a thousandth of the time between two reports, unless the machine is very slow. */
    @Test
    void jobs_thatAreShorterThanTheTimeBetweenReportsHaveACauseAndARate() throws Exception {
        store.request("tiny", 4096);
        try (Pod pod = store.pod(folder, "pod", rows, Pod.Work.objects(1)).start()) {
            pod.directory().write(PodFile.waits("file-hasher2"), new Waited(Map.of("cpu", 0.0)));
            store.await("it has some", () -> store.has("/done/tiny/2/progress"));
            store.await("a report", () -> lately().contains("\"request\":\"tiny\"") && lately().contains("\"cpu\""));
            store.await("the cause", () -> {
                waits(pod, "file-hasher2", "cpu", 200);
                return status("tiny").contains("bound by cpu");
            });
            store.delete("/req/tiny/");
            assertFalse(pod.died());
        }
    }

    /** A report that is no JSON, or is of a later version, costs only itself. */
    @Test
    void report_goesWithItsPod() throws Exception {
        new Scenes(store).run("1", "photos/", "r");
        store.put("/wip//lately/bad", "{\"request\":\"1\",\"waited\":{\"s3\":null}}").put("/wip//lately/1",
                "{\"request\":\"1\",\"seconds\":60.0,\"objects\":6,\"bytes\":6,\"waited\":{\"s3\":1.0}}");
        assertTrue(status("1").contains("bound by s3") && status("1").contains("0.1/s"), status("1"));
        store.put("/req/1/paused", "");
        assertTrue(!status("1").contains(" left"), status("1"));
        store.delete("/req/1/paused").delete("/wip//lately/1");
        assertTrue(!status("1").contains("bound by") && !status("1").contains("0.1/s"), status("1"));
    }

    /** Has waited so much longer: each report forgets what was long before. */
    private static void waits(Pod pod, String program, String cause, double seconds) throws Exception {
        double before = pod.directory().read(PodFile.waits(program)).orElseThrow().seconds().get(cause);
        pod.directory().write(PodFile.waits(program), new Waited(Map.of(cause, before + seconds)));
    }

    private boolean waited(String cause) throws Exception {
        return lately().contains("\"waited\":{\"" + cause + "\":0.0}");
    }

    private String lately() throws Exception {
        return reports().map(Snapshot.Key::value).toList().toString();
    }

    private Stream<Snapshot.Key> reports() throws Exception {
        return store.all().below("/wip//lately/").values().stream();
    }

    private String status(String id) {
        return Called.with(store.environment("person"), "status", id).out();
    }

    private String status() {
        return Called.with(store.environment("person"), "status").out();
    }
}
