package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.Ports;
import filehash.backends.Wire;
import filehash.init.tree.Summary;
import filehash.pod.PodFile;
import filehash.program.Json;
import io.etcd.jetcd.Client;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Outages of etcd, for one pod or for all. Leases last 5 s. */
@Execution(ExecutionMode.CONCURRENT)
class OutageIT {
    private static final Duration BEYOND_THE_LEASE = Duration.ofSeconds(15);
    /** A pod looks 30 s after its last look; a machine may be so slow that it begins sooner only at another try. */
    private static final Duration BEFORE_THE_LOOK = Duration.ofSeconds(25);
    private static final Duration A_MINUTE = Duration.ofSeconds(60);

    @TempDir
    Path folder;
    private EtcdServer server;
    private Wire wire;
    private Store store;
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @BeforeEach
    void open() throws Exception {
        server = EtcdServer.startOwn("--quota-backend-bytes=33554432");
        wire = new Wire(server.address(), server.port());
        store = Store.create(server.endpoint());
    }

    @AfterEach
    void close() throws Exception {
        wire.close();
        store.close();
        server.close();
    }

    @Test
    void claim_isReestablishedAfterAnOutageLongerThanTheLeaseIfItStands() throws Exception {
        try (Pod pod = podOnTheWire().start()) {
            gate.rows(1);
            store.request("1", 2);
            store.await("/wip/1/0/last_filename", "1");
            wire.refuse();
            wire.cut();
            store.awaitGone("/wip/1/0/host");
            gate.rows(3);
            store.await("it works on", () -> pod.directory().read(PodFile.PROGRESS)
                    .orElseThrow().tally().files() == 3);
            wire.accept();
            store.await("/wip/1/0/last_filename", "3");
            store.await("/wip/1/0/host", "pod-1");
            assertEquals("1", store.get("/wip/1/0/attempt"));
            gate.end();
            assertDone(2, 6);
        }
    }

    @Test
    void claim_thatWasTakenOverMeanwhileIsGivenUp() throws Exception {
        try (Pod pod = podOnTheWire().start();
                Pod other = store.pod(folder, "pod-2", rows, gate, "LEASE_SECONDS", "60")) {
            gate.rows(1);
            store.request("1", 1);
            store.await("/wip/1/0/last_filename", "1");
            wire.hold();
            other.start();
            store.await("/wip/1/0/host", "pod-2");
            wire.pass();
            store.await("it stops", () -> !pod.directory().has(PodFile.CONF));
            assertEquals("2", store.get("/wip/1/0/attempt"));
            gate.rows(2).end();
            assertDone(1, 2);
        }
    }

    @Test
    void finishedJob_waitsForEtcdToBeEntered() throws Exception {
        try (Pod pod = podOnTheWire().start()) {
            store.request("1", 1);
            store.await("it knows of its claim", () -> pod.directory().has(PodFile.CONF));
            wire.refuse();
            wire.cut();
            gate.rows(1).end();
            store.await("all is stored",
                    () -> pod.directory().has(PodFile.HASH_FIN) && pod.directory().has(PodFile.S3_FIN));
            store.awaitGone("/wip/1/0/host");
            assertTrue(pod.directory().has(PodFile.CONF));
            wire.accept();
            assertDone(1, 1);
        }
    }

    @Test
    void etcd_killedAndFrozenForLongerThanTheLeaseHarmsNothing() throws Exception {
        try (Pod one = store.pod(folder, "pod-1", rows, gate).start();
                Pod two = store.pod(folder, "pod-2", rows, gate).start()) {
            store.request("1", 4);
            store.await("both work", () -> store.has("/wip/1/0/host") && store.has("/wip/1/1/host"));
            server.kill();
            pass(A_MINUTE);
            server.start();
            gate.rows(2);
            store.await("both go on", () -> "2".equals(store.get("/wip/1/0/last_filename"))
                    && "2".equals(store.get("/wip/1/1/last_filename")));
            server.freeze();
            gate.end();
            pass(BEYOND_THE_LEASE);
            server.thaw();
            assertDone(4, 8);
            assertFalse(one.died() || two.died());
        }
    }

    @Test
    void watch_survivesACompactionAndARestart() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start()) {
            store.await("/stats/outstanding", "0");
            AtomicInteger requests = new AtomicInteger();
            for (int i = 0; i < 2; i++) {
                store.await("one is begun before the next look", () -> {
                    restartAndCompact();
                    String id = "r" + requests.incrementAndGet();
                    store.request(id, 2);
                    long put = System.nanoTime();
                    store.await("begun",
                            () -> store.has("/req/" + id + "/run") || store.has("/done/" + id + "/0/host"));
                    boolean soon = System.nanoTime() - put < BEFORE_THE_LOOK.toNanos();
                    store.await("done", () -> store.has("/done/" + id + "/summary"));
                    return soon;
                });
            }
            assertFalse(pod.died());
        }
    }

    private void restartAndCompact() throws Exception {
        server.kill();
        server.start();
        store.put("/other", "moves the revision");
        try (Client client = Client.builder().endpoints(server.endpoint()).build()) {
            client.getKVClient().compact(store.all().revision()).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void endpoint_thatIsDownDoesNoHarm() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1), "ETCD_ENDPOINTS",
                "http://127.0.0.1:" + Ports.free() + "," + server.endpoint()).start()) {
            store.request("1", 3);
            assertDone(3, 3);
            assertFalse(pod.died());
        }
    }

    @Test
    void etcd_withoutSpaceIsAnOutageThatPasses() throws Exception {
        Probe probe = Probe.create();
        try (Pod pod = store.pod(folder, "pod-1", rows, gate, "HTTP_PORT", probe.port()).start()) {
            store.request("1", 1);
            store.await("/wip/1/0/host", "pod-1");
            try (Client client = Client.builder().endpoints(server.endpoint()).build()) {
                fill(client);
                gate.rows(2).end();
                store.await("all is stored", () -> pod.directory().has(PodFile.HASH_FIN));
                store.await("it is reported", () -> probe.get("/readyz").contains("it has no space left (NOSPACE)"));
                client.getKVClient().compact(store.all().revision()).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
                client.getMaintenanceClient().defragmentMember(server.endpoint())
                        .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
                client.getMaintenanceClient().alarmDisarm(client.getMaintenanceClient().listAlarms()
                        .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS).getAlarms().get(0))
                        .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            }
            assertSummary(1, 2);
        }
    }

    private static void fill(Client client) throws InterruptedException {
        for (int i = 0; i < 64; i++) {
            try {
                client.getKVClient().put(Bytes.of("fill"), Bytes.of("x".repeat(1_000_000)))
                        .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                return; // full
            }
        }
        throw new AssertionError("etcd has room for ever");
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Await.until("the time is over", time.multipliedBy(2), () -> System.nanoTime() > end);
    }

    private Pod podOnTheWire() throws Exception {
        return store.pod(folder, "pod-1", rows, gate, "ETCD_ENDPOINTS", "http://127.0.0.1:" + wire.port());
    }

    private void assertDone(int jobs, long files) throws Exception {
        assertSummary(jobs, files);
        History.check(store);
    }

    private void assertSummary(int jobs, long files) throws Exception {
        store.await("done", () -> store.has("/done/1/summary"));
        Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
        assertEquals(jobs, summary.jobs());
        assertEquals(files, summary.tally().files());
        store.await("/stats/outstanding", "0");
    }
}
