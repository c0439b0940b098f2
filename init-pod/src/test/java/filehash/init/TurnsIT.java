package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who rests after a fault, and who goes on. */
@Execution(ExecutionMode.CONCURRENT)
class TurnsIT {
    @TempDir
    Path folder;
    @AutoClose
    private Store store;
    private final Rows rows = new Rows();
    private volatile boolean refused = true;

    @BeforeEach
    void open() throws Exception {
        store = Store.create();
    }

    @Test
    void root_thatS3RefusesKeepsNoOtherRequestWaitingAndCostsOneJobPerPod() throws Exception {
        Probe probe = Probe.create();
        store.request("1", 64).request("2", 3);
        try (Pod pod = store.pod(folder, "pod-1", rows, this::refusesTheFirst, "HTTP_PORT", probe.port()).start()) {
            store.await("2 is done", () -> store.has("/done/2/summary"));
            store.await("1 is tried again", () -> Long.parseLong(store.get("/wip/1/0/attempt")) > 3);
            assertEquals("63", store.get("/req/1/job"));
            assertEquals(2, store.all().below("/wip/").keySet().stream()
                    .filter(key -> key.endsWith("/range/start") || key.endsWith("/failures")).count());
            assertEquals("200 ok", probe.get("/readyz"));
            refused = false;
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    private Pod.Work.Next refusesTheFirst(Conf conf, long stored) throws GiveUp {
        if (refused && conf.request().equals("1")) {
            throw GiveUp.root("AccessDenied");
        }
        return stored < 1 ? Pod.Work.Next.ROW : Pod.Work.Next.END;
    }

    @Test
    void faultOfConf_isProbedByTheJobThatMetItAndIsOverWhenThatIsGone() throws Exception {
        Probe probe = Probe.create();
        Gate gate = new Gate();
        gate.fail(GiveUp.conf("wrong password"));
        store.request("1", 4).request("2", 1);
        try (Pod pod = store.pod(folder, "pod-1", rows, gate, "HTTP_PORT", probe.port()).start()) {
            store.await("1 is tried again", () -> store.has("/wip/1/0/attempt")
                    && Long.parseLong(store.get("/wip/1/0/attempt")) > 3);
            assertEquals("3", store.get("/req/1/job"));
            assertEquals("1", store.get("/req/2/job"));
            assertTrue(probe.get("/readyz").startsWith("503 last job: wrong password"), probe.get("/readyz"));
            store.delete("/req/2/").delete("/req/1/");
            store.await("ready", () -> "200 ok".equals(probe.get("/readyz")));
            assertFalse(pod.died());
        }
    }
}
