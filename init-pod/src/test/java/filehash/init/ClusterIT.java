package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import filehash.backends.Await;
import filehash.backends.EtcdCluster;
import filehash.init.claim.Outstanding;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Watches;
import filehash.init.search.News;
import filehash.program.Health;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Three members of etcd. Each in turn is cut off from the other two, so that it is also the one in use. */
@Isolated
class ClusterIT {
    private static final Duration BEAT = Duration.ofMillis(100);
    private static final int READS = 9;

    @TempDir
    Path folder;
    private EtcdCluster cluster;
    private Store store;
    private final StopSignal signal = new StopSignal();

    @BeforeEach
    void open() throws Exception {
        cluster = EtcdCluster.start();
        store = Store.create(cluster.endpoints());
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        cluster.close();
    }

    /** The election of another leader may cost each connection a call, too, and a slow machine others. */
    @Test
    void member_withoutALeaderFailsAFewCallsAndNotEachThird() throws Exception {
        try (Etcd etcd = connect()) {
            for (int member = 0; member < cluster.size(); member++) {
                cluster.cutOff(member);
                Await.until("calls to all members in turn work, without member " + member, Await.BOUND,
                        () -> seesAlways(etcd, "/conf/s3_bucket"));
                cluster.heal();
            }
        }
    }

    /** Like an idle pod, it looks only after it was woken. */
    @Test
    void watches_reportAPutAfterTheirMemberHasLostItsLeader() throws Exception {
        try (Etcd etcd = connect(); Health health = Health.serve(0, () -> null)) {
            Watches watches = new Watches(etcd);
            new News(store.tree(), watches, new Outstanding(etcd, store.tree(), health.metrics()), false);
            for (int member = 0; member < cluster.size(); member++) {
                Await.until("all are open, and all is quiet", Await.BOUND, () -> {
                    watches.keepOpen();
                    return !watches.await(Duration.ofSeconds(1), signal);
                });
                cluster.cutOff(member);
                String key = "/req/" + member + "/root";
                store.put(key, "photos");
                Await.until("it wakes up without member " + member, Await.BOUND, () -> {
                    watches.keepOpen();
                    return watches.await(BEAT, signal);
                });
                Await.until("it is seen", Await.BOUND, () -> sees(etcd, key)); // a busy machine takes several reads
                cluster.heal();
            }
        }
    }

    @Test
    void pods_loseNoJobToAMemberWithoutALeader() throws Exception {
        FakeRows rows = new FakeRows();
        try (Pod one = store.pod(folder, "pod-1", rows, Pod.Work.objects(1), "LEASE_SECONDS", "60").start();
                Pod two = store.pod(folder, "pod-2", rows, Pod.Work.objects(1), "LEASE_SECONDS", "60").start()) {
            for (int member = 0; member < cluster.size(); member++) {
                cluster.cutOff(member);
                String request = Integer.toString(member);
                store.request(request, 4);
                store.await("done", () -> store.has("/done/" + request + "/summary"));
                cluster.heal();
            }
            assertFalse(one.died() || two.died());
        }
        assertEquals(1, rows.highestAttempt());
    }

    private Etcd connect() throws IOException {
        return Etcd.open(Settings.read(store.environment("pod-1"), 0), Etcd.Line.DIRECT, signal);
    }

    private boolean seesAlways(Etcd etcd, String key) throws InterruptedException {
        for (int i = 0; i < READS; i++) {
            if (!sees(etcd, key)) {
                return false;
            }
        }
        return true;
    }

    private boolean sees(Etcd etcd, String key) throws InterruptedException {
        try {
            return etcd.read(Range.key(store.prefix() + key)).has(store.prefix() + key);
        } catch (IOException e) {
            return false;
        }
    }
}
