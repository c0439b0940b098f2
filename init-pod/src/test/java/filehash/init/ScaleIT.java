package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.search.Upkeep;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.Summary;
import filehash.init.tree.UsedIds;
import filehash.pod.PodFile;
import filehash.program.Json;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Trees of hundreds of thousands of keys, which init-pod reads with the heap of its container. */
@Isolated
class ScaleIT {
    private static final String[] HEAP = {"-Xmx96m", "-XX:+UseSerialGC"};
    private static final Duration LONG = Duration.ofMinutes(20);
    private static final String PROGRESS =
            "{\"files\":1,\"failed\":0,\"failedByClass\":{},\"bytes\":10,\"started\":\"2026-01-01T00:00:00.123456Z\","
                    + "\"updated\":\"2026-01-01T00:00:01.123456Z\"}";

    @TempDir
    Path folder;

    @Test
    void look_atTenThousandQueuedRequestsTakesThreeCalls() throws Exception {
        try (EtcdServer server = EtcdServer.startOwn(); Store store = Store.create(server.endpoint())) {
            try (Fill fill = new Fill(server.endpoint(), store.prefix())) {
                for (int i = 0; i < 10_000; i++) {
                    fill.request("r" + i, 1);
                }
            }
            Calls calls = new Calls();
            try (Etcd etcd = Etcd.open(Settings.read(store.environment("test"), 0), calls, new StopSignal())) {
                Look look = Await.answer("a look", () -> {
                    calls.all.clear();
                    return Look.at(etcd, store.tree(), new UsedIds(), Range.names(store.tree().webhooks()));
                });
                assertTrue(calls.all.size() <= 3, calls.all.toString());
                assertEquals(10_000, look.requests().size());
                assertEquals(10_000, look.outstanding());
                assertEquals(look.requests().get(0), look.backlog().get(0));
            }
        }
    }

    @Test
    void usedIds_areFoundByAHundredALookAndTheOthersStayClaimable() throws Exception {
        try (Store store = Store.create()) {
            for (int i = 0; i < 250; i++) {
                store.request("r" + i, 1);
            }
            for (int i = 0; i < 249; i++) {
                store.put("/done/r" + i + "/summary", "{}");
            }
            UsedIds ids = new UsedIds();
            Upkeep upkeep = new Upkeep(store.etcd(), store.tree());
            store.await("all errors are written", () -> {
                Look look = store.look(ids);
                upkeep.run(look);
                return look.outstanding() == 1;
            });
            Look look = store.look(ids);
            assertEquals(List.of("r249"), look.backlog().stream().map(Request::id).toList());
            store.delete("/done/r7/");
            store.await("it is corrected", () -> store.look(ids).outstanding() == 2);
        }
    }

    /** Otherwise each pod would read all done jobs again and again, and try the same job as all others. */
    @Test
    void deletedJobs_areFoundWithoutReadingAllThatIsDone() throws Exception {
        int jobs = 2_000;
        try (Store store = Store.create()) {
            try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
                fill.run("1", jobs, jobs / 2);
                for (int job = 0; job < jobs; job += 2) {
                    fill.put("/done/1/" + job + "/host", "a-pod");
                }
            }
            Calls calls = new Calls();
            FakeRows rows = new FakeRows();
            try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start(calls, step -> {});
                    Pod other = store.pod(folder, "pod-2", rows, Pod.Work.objects(1)).start(calls, step -> {})) {
                store.await("some are restored", () -> Integer.parseInt(store.get("/req/1/left")) < jobs / 2 - 20);
                assertFalse(pod.died() || other.died());
            }
            assertFalse(calls.all.contains("read " + store.tree().done("1").folder()), "all of /done was read");
            int done = jobs / 2 - Integer.parseInt(store.get("/req/1/left"));
            int tries = Collections.frequency(calls.all, "restore");
            assertTrue(tries <= done + done / 2 + 2, tries + " tries for " + done);
        }
    }

    /** Otherwise the summary would leave out jobs, and the request would end before they are done. */
    @Test
    void left_thatAUserHasMadeTooSmallIsCorrectedFromWhatIsDone() throws Exception {
        Gate gate = new Gate();
        try (Store store = Store.create(); Pod pod = store.pod(folder, "pod-1", new FakeRows(), gate.rows(2)).start()) {
            store.request("7", 3);
            store.await("/wip/7/0/host", "pod-1");
            store.put("/req/7/left", "1");
            gate.end();
            store.await("summary", () -> store.has("/done/7/summary"));
            assertEquals(6, Json.read(store.get("/done/7/summary"), Summary.class).tally().files());
            assertFalse(pod.died());
        }
    }

    /** A user deletes keys of 65,536 jobs, with an id and a prefix as long as names of real projects. */
    @Test
    void lastOf65536Jobs_isEnteredAndAddedUp() throws Exception {
        String id = "the-archive-of-photographs-of-the-year-2025";
        int jobs = 65_536;
        try (EtcdServer server = EtcdServer.startOwn(); Store store = Store.create(server.endpoint())) {
            try (Fill fill = new Fill(server.endpoint(), store.prefix())) {
                fill.run(id, jobs, 1);
                for (int job = 1; job < jobs; job++) {
                    String done = "/done/" + id + "/" + job + "/";
                    fill.put(done + "host", "filehash-7d9c6b9f8-abcde").put(done + "range/start", "0000")
                            .put(done + "range/end", "0000").put(done + "progress", PROGRESS);
                }
                String wip = "/wip/" + id + "/0/";
                fill.put(wip + "run", Fill.runOf(id)).put(wip + "attempt", 1).put(wip + "released", "a-pod")
                        .put(wip + "range/start", "0000").put(wip + "range/end", "0000");
            }
            try (Pod siblings = store.pod(folder, "pod-1", new FakeRows(), Pod.Work.objects(1));
                    InitPodProcess process = start(store)) {
                Await.until("the summary is written", LONG, () -> !process.runs()
                        || store.has("/done/" + id + "/summary"));
                assertTrue(process.runs(), process.log());
                Summary summary = Json.read(store.get("/done/" + id + "/summary"), Summary.class);
                assertEquals(jobs, summary.tally().files());
                assertEquals(jobs, summary.jobs());
                store.await("it is idle", () -> !siblings.directory().has(PodFile.CONF));
            }
        }
    }

    /** A queue without workers, beside a request whose jobs failed for a weekend. */
    @Test
    void look_at100000RequestsAnd30000FailingJobsFitsIntoTheHeap() throws Exception {
        int jobs = 30_000;
        int queued = 100_000;
        try (EtcdServer server = EtcdServer.startOwn(); Store store = Store.create(server.endpoint())) {
            store.delete("/conf/mysql_pass");
            try (Fill fill = new Fill(server.endpoint(), store.prefix())) {
                fill.run("failing", jobs, jobs);
                for (int job = 0; job < jobs; job++) {
                    String wip = "/wip/failing/" + job + "/";
                    fill.put(wip + "run", Fill.runOf("failing")).put(wip + "attempt", 2)
                            .put(wip + "range/start", "0000").put(wip + "range/end", "0001").put(wip + "released", "p")
                            .put(wip + "failures", "{\"gaveUp\":0,\"lost\":1,\"reason\":\"Access denied\"}");
                }
                for (int i = 0; i < queued; i++) {
                    fill.request("request-" + i, 65_536);
                }
            }
            try (InitPodProcess process = start(store)) {
                String count = Long.toString(jobs + 65_536L * queued);
                Await.until("all is counted", LONG, () -> !process.runs()
                        || count.equals(store.get("/stats/outstanding")));
                assertTrue(process.runs(), process.log());
                store.delete("/req/request-0/");
                String less = Long.toString(jobs + 65_536L * (queued - 1));
                Await.until("all is counted again", LONG, () -> !process.runs()
                        || less.equals(store.get("/stats/outstanding")));
                assertTrue(process.runs(), process.log());
            }
        }
    }

    private InitPodProcess start(Store store) throws Exception {
        Path shared = Files.createDirectories(folder.resolve("pod-1"));
        return InitPodProcess.start(folder, store.environment("pod-1", "SHARED_DIR", shared.toString()), HEAP);
    }

    /** Counts the calls. */
    private static final class Calls implements Etcd.Line {
        private final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
            all.add(what.startsWith("restore") ? "restore" : what);
            return call.get();
        }
    }
}
