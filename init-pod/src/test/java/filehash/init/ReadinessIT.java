package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.tree.Failures;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import filehash.program.Json;
import filehash.program.Secret;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What keeps a pod from claiming jobs, and how the pod reports it. */
@Execution(ExecutionMode.CONCURRENT)
class ReadinessIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private Probe probe;
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @BeforeEach
    void open() throws Exception {
        probe = Probe.create();
    }

    @Test
    void conf_thatIsIncompleteKeepsThePodWaitingAndIsNamed() throws Exception {
        store.delete("/conf/mysql_pass").delete("/conf/s3_bucket").request("1", 1);
        try (Pod pod = pod()) {
            store.await("not ready", () -> probe.get("/readyz").equals("503 settings of /conf: missing: "
                    + store.prefix() + "/conf/s3_bucket, " + store.prefix() + "/conf/mysql_pass"));
            assertEquals("200 ok", probe.get("/healthz"));
            store.await("/stats/outstanding", "1");
            store.put("/conf/s3_bucket", " b\n").put("/conf/mysql_pass", "DB-PASS\n");
            store.await("it works", () -> pod.directory().has(PodFile.CONF));
            Conf conf = pod.directory().read(PodFile.CONF).orElseThrow();
            assertEquals("b", conf.s3().bucket());
            assertEquals(new Secret("DB-PASS"), conf.mysql().pass());
            store.await("ready", () -> "200 ok".equals(probe.get("/readyz")));
        }
    }

    @Test
    void conf_isReadAtEachClaimAndAnAttemptKeepsItsOwn() throws Exception {
        try (Pod pod = pod("CONF_S3_BUCKET", "mine", "CONF_S3_REGION", "eu-9")) {
            store.request("1", 2);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            Conf first = pod.directory().read(PodFile.CONF).orElseThrow();
            assertEquals("mine", first.s3().bucket());
            assertEquals("eu-9", first.s3().region());
            store.put("/conf/mysql_host", "another");
            gate.rows(1);
            store.await("/wip/1/0/last_filename", "1");
            assertEquals(first, pod.directory().read(PodFile.CONF).orElseThrow());
            gate.end();
            store.await("done", () -> store.has("/done/1/summary"));
            gate.goOn();
            store.request("2", 1);
            store.await("the next job", () -> "another".equals(
                    pod.directory().read(PodFile.CONF).orElseThrow().mysql().host()));
        }
    }

    @Test
    void conf_deletedInMidWorkStaysTheAttemptsOwnAndTheNextClaimWaits() throws Exception {
        try (Pod pod = pod()) {
            store.request("1", 2);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            Conf first = pod.directory().read(PodFile.CONF).orElseThrow();
            store.delete("/conf/mysql_pass").delete("/conf/s3_bucket");
            gate.rows(1);
            store.await("/wip/1/0/last_filename", "1");
            assertEquals(first, pod.directory().read(PodFile.CONF).orElseThrow());
            assertEquals("200 ok", probe.get("/readyz"));
            gate.end();
            store.await("/done/1/0/host", "pod-1");
            store.await("not ready", () -> probe.get("/readyz").equals("503 settings of /conf: missing: "
                    + store.prefix() + "/conf/s3_bucket, " + store.prefix() + "/conf/mysql_pass"));
            assertEquals("1", store.get("/req/1/job"));
            assertFalse(store.has("/wip/1/1/host") || pod.directory().has(PodFile.CONF));
            store.put("/conf/mysql_pass", "OTHER-PASS").put("/conf/s3_bucket", "other");
            store.await("done", () -> store.has("/done/1/summary"));
            store.await("ready", () -> "200 ok".equals(probe.get("/readyz")));
            assertFalse(pod.died());
        }
    }

    @Test
    void fault_ofConfCountsForNoJobButMakesThePodRest() throws Exception {
        gate.fail(GiveUp.conf("no such bucket"));
        try (Pod pod = pod("MAX_ATTEMPTS", "2")) {
            store.request("1", 2);
            store.await("tried more often than would park a job", () -> store.has("/wip/1/0/attempt")
                    && Long.parseLong(store.get("/wip/1/0/attempt")) > 4);
            assertTrue(probe.get("/readyz").startsWith("503 last job: no such bucket"), probe.get("/readyz"));
            assertEquals(Json.write(new Failures(0, 0, "no such bucket")), store.get("/wip/1/0/failures"));
            store.await("/stats/outstanding", "2");
            gate.succeed();
            gate.rows(1).end();
            store.await("done", () -> store.has("/done/1/summary"));
            store.await("ready", () -> "200 ok".equals(probe.get("/readyz")));
            assertFalse(pod.died());
            History.check(store);
        }
    }

    private Pod pod(String... more) throws IOException {
        String[] all = new String[more.length + 2];
        System.arraycopy(more, 0, all, 2, more.length);
        all[0] = "HTTP_PORT";
        all[1] = probe.port();
        return store.pod(folder, "pod-1", rows, gate, all).start();
    }
}
