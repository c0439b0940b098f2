package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.command.Called;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.program.Settings;
import filehash.program.StopSignal;
import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.auth.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rights that docs/SERVERS.md names for users of etcd: they are enough, and each of them is needed. */
@Execution(ExecutionMode.CONCURRENT)
class RightsIT {
    private static final Pattern GRANT =
            Pattern.compile(" *etcdctl role grant-permission (\\S+) (read|readwrite) (\\S+)(?: (\\S+))?");

    @TempDir
    Path folder;
    private EtcdServer server;
    private Store store;
    private int users;

    /** @param end null for the one key */
    private record Grant(boolean writes, String start, String end) {
    }

    /** One thing that a user does. */
    private interface Step {
        void take(Etcd etcd) throws IOException, InterruptedException;
    }

    @BeforeEach
    void open() throws Exception {
        server = GuardedEtcdIT.guarded();
        store = Store.create(server.endpoint(), "ETCD_USER", "pods", "ETCD_PASSWORD", "PASS-OF-PODS");
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        server.close();
    }

    @Test
    void rights_ofAPodAreEnoughAndEachIsNeeded() throws Exception {
        List<Grant> all = grants("filehash-pod");
        assertEquals(5, all.size());
        Probe probe = Probe.create();
        try (Pod pod = pod(user(all), probe)) {
            store.request("1", 3).await("1 is done", () -> store.has("/done/1/summary"));
            store.await("/stats/outstanding", "0");
            assertEquals("200 ok", probe.get("/readyz"));
            assertFalse(pod.died());
        }
        for (Grant lacking : all) {
            Probe other = Probe.create();
            try (Pod pod = pod(user(without(all, lacking)), other)) {
                store.request("2", 3).await("it may not without " + lacking,
                        () -> other.get("/readyz").contains("permission denied"));
                if (lacking.end == null) { // the count
                    store.await("2 is done", () -> store.has("/done/2/summary"));
                }
                assertEquals(lacking.end == null, store.has("/done/2/summary"), "without " + lacking);
                assertFalse(pod.died());
            }
            store.delete("/req/").delete("/wip/").delete("/done/");
        }
        assertRefused(user(all), List.of(read("/other"), write("/conf/s3_bucket"), write("/stats/other")));
    }

    @Test
    void rights_ofASubmitterAreEnoughAndEachIsNeeded() throws Exception {
        assertJust("filehash-submitter", List.of(write("/req/1/root"), delete("/req/1/"), read("/wip/1/"),
                delete("/wip/1/0/error"), read("/done/1/")),
                List.of(read("/conf/"), write("/conf/s3_bucket"), write("/done/1/run"), write("/stats/outstanding")));
        store.delete("/req/").delete("/wip/").delete("/done/");
        store.request("1", 3);
        Called cancelled = Called.with(store.environment("shell", "ETCD_USER", user(grants("filehash-submitter")),
                "ETCD_PASSWORD", "PASS"), "cancel", "1", "--yes");
        assertEquals(0, cancelled.code(), cancelled.err());
        assertTrue(cancelled.out().contains("the next pod that looks ends it"), cancelled.out());
        try (Pod pod = pod(user(grants("filehash-pod")), Probe.create())) {
            store.await("a pod has ended it", () -> store.has("/done/1/cancelled"));
            assertFalse(pod.died());
        }
    }

    @Test
    void rights_ofAReaderAreEnoughAndEachIsNeeded() throws Exception {
        assertJust("filehash-reader", List.of(read("/req/"), read("/wip/"), read("/done/"),
                etcd -> etcd.read(Range.key(store.tree().outstanding()))),
                List.of(read("/conf/"), write("/req/1/root"), delete("/wip/1/0/error"), write("/done/1/run")));
    }

    @Test
    void rights_ofThePageAreEnoughAndEachIsNeeded() throws Exception {
        assertJust("filehash-page", List.of(read("/req/"), write("/req/1/error"), read("/wip/"), read("/done/1/"),
                etcd -> etcd.read(Range.key(store.tree().outstanding())), write("/stats/outstanding")),
                List.of(read("/conf/"), write("/wip/1/0/error"), write("/done/1/run"), write("/stats/other")));
        store.delete("/req/").delete("/stats/");
        String user = user(grants("filehash-page"));
        List<String> refused = new CopyOnWriteArrayList<>();
        Etcd.Line line = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                return call.get().whenComplete((answer, error) -> {
                    if (String.valueOf(error).contains("permission denied")) {
                        refused.add(what);
                    }
                });
            }
        };
        try (Served page = Served.on(store, line, "ETCD_USER", user, "ETCD_PASSWORD", "PASS")) {
            store.request("good", 3).put("/req/bad/root", "x").put("/req/bad/job", "0").put("/req/bad/method", "md5");
            store.put("/wip/gone/0/run", "of a request that was cancelled").put("/wip/gone/0/attempt", "1");
            store.await("the bad one is judged", () -> store.has("/req/bad/error"));
            store.await("/stats/outstanding", "3");
            Await.until("the page shows both", Await.BOUND, () -> page.get("/api/requests").contains("\"good\"")
                    && page.get("/api/requests").contains("job '0' is not a number"));
            assertEquals(List.of(), refused);
            assertFalse(page.died());
        }
    }

    private void assertJust(String role, List<Step> work, List<Step> others) throws Exception {
        List<Grant> all = grants(role);
        assertEquals(0, refused(user(all), work));
        assertRefused(user(all), others);
        for (Grant lacking : all) {
            assertFalse(refused(user(without(all, lacking)), work) == 0, "nothing needs " + lacking);
        }
    }

    private void assertRefused(String user, List<Step> steps) throws Exception {
        assertEquals(steps.size(), refused(user, steps));
    }

    private int refused(String user, List<Step> steps) throws Exception {
        int refused = 0;
        try (Etcd etcd = Etcd.open(Settings.read(store.environment("test", "ETCD_USER", user, "ETCD_PASSWORD", "PASS"),
                0), Etcd.Line.DIRECT, new StopSignal())) {
            for (Step step : steps) {
                refused += isRefused(etcd, step) ? 1 : 0;
            }
        }
        return refused;
    }

    private static boolean isRefused(Etcd etcd, Step step) {
        boolean[] refused = {false};
        Await.until("etcd answers", Await.BOUND, () -> {
            try {
                step.take(etcd);
                return true;
            } catch (IOException e) {
                refused[0] = e.getMessage().contains("permission denied");
                return refused[0];
            }
        });
        return refused[0];
    }

    private Step read(String key) {
        return etcd -> etcd.read(key.endsWith("/") ? Range.folder(store.prefix() + key)
                : Range.key(store.prefix() + key));
    }

    private Step write(String key) {
        return etcd -> etcd.txn("write").put(store.prefix() + key, "value").commit();
    }

    private Step delete(String key) {
        return etcd -> (key.endsWith("/") ? etcd.txn("delete").deleteFolder(store.prefix() + key)
                : etcd.txn("delete").delete(store.prefix() + key)).commit();
    }

    private Pod pod(String user, Probe probe) throws IOException {
        return store.pod(folder, "pod-of-" + user, new FakeRows(), Pod.Work.objects(2), "ETCD_USER", user,
                "ETCD_PASSWORD", "PASS", "HTTP_PORT", probe.port()).start();
    }

    private static List<Grant> grants(String role) throws IOException {
        List<Grant> grants = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "SERVERS.md"))) {
            Matcher grant = GRANT.matcher(line);
            if (grant.matches() && grant.group(1).equals(role)) {
                grants.add(new Grant(grant.group(2).equals("readwrite"), grant.group(3), grant.group(4)));
            }
        }
        return grants;
    }

    /** All rights except one, which is reduced to the lesser right or to none. */
    private static List<Grant> without(List<Grant> all, Grant lacking) {
        List<Grant> less = new ArrayList<>(all);
        less.remove(lacking);
        if (lacking.writes) {
            less.add(new Grant(false, lacking.start, lacking.end));
        }
        return less;
    }

    private String user(List<Grant> grants) throws Exception {
        String name = "user-" + users++;
        ByteSequence user = Bytes.of(name);
        GuardedEtcdIT.asRoot(server, auth -> {
            await(auth.userAdd(user, Bytes.of("PASS")));
            await(auth.roleAdd(user));
            for (Grant grant : grants) {
                grant(auth, user, grant);
            }
            await(auth.userGrantRole(user, user));
        });
        return name;
    }

    private void grant(Auth auth, ByteSequence role, Grant grant) throws Exception {
        String start = store.prefix() + grant.start;
        await(auth.roleGrantPermission(role, Bytes.of(start),
                Bytes.of(grant.end == null ? start + "\0" : store.prefix() + grant.end),
                grant.writes ? Permission.Type.READWRITE : Permission.Type.READ));
    }

    private static void await(CompletableFuture<?> done) throws Exception {
        done.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
    }
}
