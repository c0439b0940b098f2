package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rests after a fault, the pod or the request, and what goes on. */
@Execution(ExecutionMode.CONCURRENT)
class TurnsIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private volatile boolean refused = true;

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
                    && Long.parseLong(store.get("/wip/1/0/attempt")) > 2);
            assertEquals("3", store.get("/req/1/job"));
            assertEquals("1", store.get("/req/2/job"));
            assertTrue(probe.get("/readyz").startsWith("503 last job: wrong password"), probe.get("/readyz"));
            store.delete("/req/2/").delete("/req/1/");
            store.await("ready", () -> "200 ok".equals(probe.get("/readyz")));
            assertFalse(pod.died());
        }
    }

    @Test
    void faultOfConf_thatOneRequestAloneMeetsHoldsNoPodForEver() throws Exception {
        Pod.Work work = (conf, stored) -> {
            if (refused && conf.request().equals("1")) {
                throw GiveUp.conf("InvalidAccessKeyId");
            }
            return stored < 1 ? Pod.Work.Next.ROW : Pod.Work.Next.END;
        };
        store.request("1", 2).request("2", 3).request("3", 1);
        try (Pod one = store.pod(folder, "pod-1", rows, work).start();
                Pod two = store.pod(folder, "pod-2", rows, work).start()) {
            store.await("2 is done", () -> store.has("/done/2/summary"));
            store.await("3 is done", () -> store.has("/done/3/summary"));
            store.request("4", 40);
            store.await("4 is done", () -> store.has("/done/4/summary"));
            refused = false;
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertFalse(one.died() || two.died());
        }
    }

    @Test
    void faultOfConf_thatLastsCostsOneJobOfEachRequest() throws Exception {
        Gate gate = new Gate();
        gate.fail(GiveUp.conf("wrong password"));
        store.request("1", 9).request("2", 9);
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.await("both are tried again", () -> attempts("1") > 3 && attempts("2") > 1);
            assertEquals("8", store.get("/req/1/job"));
            assertEquals("8", store.get("/req/2/job"));
            gate.succeed();
            gate.end();
            store.await("2 is done", () -> store.has("/done/2/summary"));
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    private long attempts(String request) throws Exception {
        String attempt = store.get("/wip/" + request + "/0/attempt");
        return attempt == null ? 0 : Long.parseLong(attempt);
    }

    @Test
    void faultOfConf_isTheRequestsOwnWhereItsServerIsNoLongerThatOfConf() throws Exception {
        Probe probe = Probe.create();
        Pod.Work work = new Pod.Work() {
            @Override
            public Next next(Conf conf, long stored) {
                return conf.request().equals("2") ? Next.END : Next.NOT_YET;
            }

            @Override
            public void fetch(Conf conf) throws GiveUp {
                if (refused && conf.request().equals("1") && conf.id().attempt() > 1) {
                    throw GiveUp.conf("InvalidAccessKeyId");
                }
            }
        };
        store.put("/conf/s3_endpoint", "http://old").request("1", 9);
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start()) {
            store.await("/wip/1/0/host", "pod-1");
            store.put("/conf/s3_endpoint", "http://new");
            assertFalse(pod.died());
        }
        try (Pod pod = store.pod(folder, "pod-2", rows, work, "HTTP_PORT", probe.port()).start()) {
            store.await("1 is tried again", () -> attempts("1") > 2);
            assertEquals("200 ok", probe.get("/readyz"));
            assertEquals("8", store.get("/req/1/job"));
            store.request("2", 2);
            store.await("2 is done", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
        }
    }

    /** A restart makes init-pod forget which server /conf named. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void faultOfConf_isTheRequestsOwnThoughTheServerChangedWhileTheJobWorked(boolean restarts) throws Exception {
        Probe probe = Probe.create();
        refused = false;
        Pod.Work work = new Pod.Work() {
            @Override
            public Next next(Conf conf, long stored) {
                return conf.request().equals("2") ? Next.END : Next.NOT_YET;
            }

            @Override
            public void fetch(Conf conf) throws GiveUp {
                if (refused && conf.request().equals("1")) {
                    throw GiveUp.conf("InvalidAccessKeyId");
                }
            }
        };
        store.put("/conf/s3_endpoint", "http://old").request("1", 9);
        try (Pod pod = store.pod(folder, "pod-1", rows, work, "HTTP_PORT", probe.port()).start()) {
            store.await("/wip/1/0/host", "pod-1");
            store.put("/conf/s3_endpoint", "http://new");
            if (restarts) {
                pod.killInit();
            }
            refused = true;
            if (restarts) {
                pod.start();
            }
            store.await("1 is given back", () -> store.has("/wip/1/0/failures"));
            assertEquals("200 ok", probe.get("/readyz"));
            store.request("2", 2);
            store.await("2 is done", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
        }
    }

    /** There are so many requests that a pod uses one look for some seconds. */
    @Test
    void root_thatIsRefusedCostsOneJobPerPodAmongManyRequests() throws Exception {
        for (int i = 0; i < 101; i++) {
            store.put("/req/incomplete-" + i + "/root", "photos");
        }
        store.request("1", 64);
        try (Pod pod = store.pod(folder, "pod-1", rows, this::refusesTheFirst).start()) {
            store.await("1 is tried again", () -> attempts("1") > 2);
            assertEquals("63", store.get("/req/1/job"));
            assertFalse(pod.died());
        }
    }
}
