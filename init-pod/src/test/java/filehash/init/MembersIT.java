package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.EtcdServer;
import filehash.backends.Log;
import filehash.backends.Scrape;
import filehash.backends.Wire;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.pod.PodFile;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One member of etcd is cut off; and the forms of endpoints. */
@Execution(ExecutionMode.CONCURRENT)
class MembersIT {
    private static final int READS = 9;
    private static final Duration A_WHILE = Duration.ofSeconds(50);

    @TempDir
    Path folder;
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();
    private EtcdServer server;
    private Store store;
    private long failed;

    @BeforeEach
    void open() throws Exception {
        server = EtcdServer.startOwn();
        store = Store.create(server.endpoint());
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        server.close();
    }

    /** Each is cut off in turn, so that one of them is the member in use. */
    @Test
    void member_thatIsCutOffFailsOneCallAndNotEachThird() throws Exception {
        try (Wire first = wire(); Wire second = wire(); Wire third = wire();
                Etcd etcd = Etcd.open(Settings.read(store.environment("pod-1", "ETCD_ENDPOINTS",
                        urls(first, second, third)), 0), Etcd.Line.DIRECT, new StopSignal())) {
            awaitReads(etcd);
            for (Wire wire : List.of(first, second, third)) {
                wire.hold();
                awaitReads(etcd);
                wire.pass();
            }
            assertTrue(failed >= 1, "no member in use was cut off");
            assertEquals(failed, etcd.failures());
        }
    }

    @Test
    void job_isKeptWhileAMemberIsCutOff() throws Exception {
        try (Wire first = wire(); Wire second = wire();
                Pod pod = store.pod(folder, "pod-1", rows, gate.rows(1), "LEASE_SECONDS", "60",
                        "ETCD_ENDPOINTS", urls(first, second)).start();
                Pod idle = store.pod(folder, "pod-2", rows, gate)) {
            store.request("1", 1);
            store.await("/wip/1/0/last_filename", "1");
            idle.start(); // would take over what is lost
            first.hold();
            gate.rows(2);
            store.await("/wip/1/0/last_filename", "2");
            awaitRenewal();
            first.pass();
            second.hold();
            gate.rows(3);
            store.await("/wip/1/0/last_filename", "3");
            awaitRenewal();
            assertEquals("1", store.get("/wip/1/0/attempt"));
            assertFalse(pod.died() || idle.died());
        }
    }

    /** A ping each 10 s would be too many for etcd at the fourth. */
    @Test
    void connection_thatNobodyUsesForAWhileStaysOpen() throws Exception {
        try (Wire wire = wire();
                Etcd etcd = Etcd.open(Settings.read(store.environment("pod-1", "ETCD_ENDPOINTS", urls(wire)), 0),
                        Etcd.Line.DIRECT, new StopSignal())) {
            // on a slow machine the first call may fail, and its connection is closed only some seconds later
            store.await("it reads, by one connection", () -> reads(etcd) && wire.connections() == 1);
            long since = System.nanoTime();
            store.await("a while is over", () -> System.nanoTime() - since > A_WHILE.toNanos());
            assertEquals(1, wire.connections());
        }
    }

    /** Nodes of a cluster with IPv6 only have such addresses. */
    @Test
    void endpoint_mayBeAnIpv6Literal() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        try (Wire wire = new Wire(server.address(), server.port(), loopback);
                Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1), "ETCD_ENDPOINTS",
                        "http://[::1]:" + wire.port()).start()) {
            store.request("1", 1);
            store.await("done", () -> pod.ended() || store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    /** Like the name of a headless Service, one member of which is down. */
    @Test
    void endpoint_mayBeANameOfSeveralAddresses() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.99 members\n127.0.0.1 members\n");
        Path shared = Files.createDirectories(folder.resolve("pod-1"));
        try (Pod siblings = store.pod(folder, "pod-1", rows, Pod.Work.objects(1));
                InitPodProcess pod = InitPodProcess.start(folder, store.environment("pod-1", "ETCD_ENDPOINTS",
                        "http://members:" + server.port(), "SHARED_DIR", shared.toString()),
                        "-Djdk.net.hosts.file=" + hosts)) {
            store.request("1", 1);
            store.await("done", () -> !pod.runs() || store.has("/done/1/summary"));
            assertTrue(pod.runs(), pod.log());
            store.await("it is idle", () -> !siblings.directory().has(PodFile.CONF));
        }
    }

    /** Otherwise its watches would wait for revisions that etcd had reached before, and report nothing until then. */
    @Test
    void etcd_thatWasRestoredToAnEarlierRevisionIsReadAgain() throws Exception {
        try (Log log = Log.open(); Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start()) {
            for (int i = 0; i < 100; i++) {
                store.put("/other", Integer.toString(i));
            }
            store.request("1", 1);
            store.await("done", () -> store.has("/done/1/summary"));
            store.await("/stats/outstanding", "0");
            server.close();
            server.start();
            Store.putConf(store);
            store.request("2", 1);
            store.await("done", () -> store.has("/done/2/summary"));
            store.await("/stats/outstanding", "0");
            store.await("it is logged", () -> log.lines("etcd was restored", "revision") > 0);
            assertFalse(pod.died());
        }
    }

    /** Returns once etcd has renewed the lease of the one claim, as it does after a third of LEASE_SECONDS. */
    private void awaitRenewal() throws IOException {
        double before = renewals();
        store.await("the lease is renewed", () -> renewals() > before);
    }

    private double renewals() throws IOException {
        return new Scrape(server.metrics()).value("etcd_debugging_lease_renewed_total");
    }

    /** On a slow machine other calls may fail too. */
    private void awaitReads(Etcd etcd) {
        store.await("calls to all members in turn work", () -> IntStream.range(0, READS).allMatch(i -> reads(etcd)));
    }

    private boolean reads(Etcd etcd) {
        try {
            etcd.read(Range.key("any"));
            return true;
        } catch (IOException e) {
            failed++;
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Wire wire() throws IOException {
        return new Wire(server.address(), server.port());
    }

    private static String urls(Wire... wires) {
        return List.of(wires).stream().map(wire -> "http://127.0.0.1:" + wire.port()).collect(Collectors.joining(","));
    }
}
