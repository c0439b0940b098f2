package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Log;
import filehash.init.claim.Outstanding;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Watches;
import filehash.init.search.Looks;
import filehash.init.search.News;
import filehash.init.search.Upkeep;
import filehash.init.tree.JobProgress;
import filehash.init.tree.Summary;
import filehash.job.Tally;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import filehash.program.Health;
import filehash.program.Json;
import filehash.program.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Requests in the forms that users write them in. */
@Execution(ExecutionMode.CONCURRENT)
class InitPodIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @AfterEach
    void check() throws Exception {
        History.check(store);
    }

    @Test
    void request_isSplitIntoJobsAndMovesToDone() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(3)).start()) {
            store.request("7", 3);
            store.await("summary", () -> store.has("/done/7/summary"));
            Summary summary = Json.read(store.get("/done/7/summary"), Summary.class);
            assertEquals(new Summary("7", store.get("/done/7/run"), "b", null, "photos/",
                    summary.methods(), 3, 18,
                    new Tally(9, 0, Map.of(), 90), summary.started(), summary.finished()), summary);
            assertEquals("[MD5, SHA256]", summary.methods().toString());
            assertFalse(summary.finished().isBefore(summary.started()));
            assertEquals(List.of("00", "54", "55", "a9", "aa", "ff"), List.of(store.get("/done/7/0/range/start"),
                    store.get("/done/7/0/range/end"), store.get("/done/7/1/range/start"),
                    store.get("/done/7/1/range/end"), store.get("/done/7/2/range/start"),
                    store.get("/done/7/2/range/end")));
            assertEquals(3, JobProgress.objects(store.get("/done/7/1/progress")));
            assertEquals("pod-1", store.get("/done/7/1/host"));
            assertEquals("photos/", store.get("/done/7/root"));
            assertEquals("MD5,SHA256", store.get("/done/7/method"));
            assertEquals("3", store.get("/done/7/jobs"));
            assertTrue(store.all().below("/wip/7/").isEmpty() && store.all().below("/req/").isEmpty());
            store.await("swept", () -> !pod.directory().has(PodFile.CONF) && !pod.directory().has(PodFile.S3_FIN)
                    && !pod.directory().has(PodFile.PROGRESS));
            store.await("/stats/outstanding", "0");
        }
    }

    @Test
    void root_withoutAnyObjectIsDoneWithAWarning() throws Exception {
        String warning = "request %s: no object is below root 'photos/'";
        try (Log log = Log.open(); Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            gate.end();
            store.request("none", 3);
            store.await("/done/none/summary is there", () -> store.has("/done/none/summary"));
            gate.rows(1);
            store.request("some", 3);
            store.await("/done/some/summary is there", () -> store.has("/done/some/summary"));
            store.await("/stats/outstanding", "0");
            assertEquals(1, log.lines("WARN", warning.formatted("none")));
            assertEquals(0, log.lines("WARN", warning.formatted("some")));
            assertFalse(pod.died());
        }
    }

    @Test
    void wip_showsWhichPodWorksOnWhatAndHowFar() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate.rows(2)).start()) {
            store.request("7", 2);
            store.await("/wip/7/0/last_filename", "2");
            assertEquals("pod-1", store.get("/wip/7/0/host"));
            assertEquals("7f", store.get("/wip/7/0/range/end"));
            assertEquals("1", store.get("/wip/7/0/attempt"));
            assertEquals(store.get("/req/7/run"), store.get("/wip/7/0/run"));
            assertEquals(2, JobProgress.objects(store.get("/wip/7/0/progress")));
            assertEquals("1", store.get("/req/7/job"));
            gate.rows(3).end();
            store.await("/done/7/summary is there", () -> store.has("/done/7/summary"));
            assertFalse(pod.ended());
        }
    }

    @Test
    void summary_leavesOutValuesThatAUserHasBroken() throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(3).next(conf, stored)
                : gate.rows(2).next(conf, stored);
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start()) {
            store.request("7", 2);
            store.await("/wip/7/1/host", "pod-1");
            assertEquals(3, JobProgress.objects(store.get("/done/7/0/progress")));
            store.put("/done/7/0/progress", "{spoilt");
            gate.end();
            store.await("summary", () -> pod.died() || store.has("/done/7/summary"));
            assertFalse(pod.died());
            assertEquals(2, Json.read(store.get("/done/7/summary"), Summary.class).tally().files());
        }
    }

    @Test
    void request_isTakenFromKeysInAnyOrderAndWithBlanks() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.put("/req/a b/method", " sha-1\n");
            store.await("/stats/outstanding", "0");
            store.put("/req/a b/job", "2\n");
            store.put("/req/a b/root", "\t/photos ");
            store.await("/wip/a b/0/host", "pod-1");
            store.await("/stats/outstanding", "2");
            assertEquals("photos/", store.get("/req/a b/run/root"));
            assertEquals("SHA1", store.get("/req/a b/run/method"));
            store.put("/req/a b/root", "other").put("/req/a b/job", "77").put("/req/a b/method", "nonsense");
            gate.end();
            store.await("summary", () -> store.has("/done/a b/summary"));
            assertEquals("2", store.get("/done/a b/jobs"));
            assertFalse(pod.died());
        }
    }

    @Test
    void badRequest_isReportedOnceStopsNoOtherAndIsCorrectedWithoutARestart() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start()) {
            store.put("/req/1/root", "photos").put("/req/1/job", "many").put("/req/1/method", "md5");
            store.await("/req/1/error", "job 'many' is not a number from 1 to 65536");
            long written = store.all().modified("/req/1/error");
            store.request("2", 2);
            store.await("2 is done", () -> store.has("/done/2/summary"));
            store.await("/stats/outstanding", "0");
            assertEquals(written, store.all().modified("/req/1/error"));
            store.put("/req/1/job", "2");
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    @Test
    void id_usedBeforeIsRefusedUntilItsKeysAreGone() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start()) {
            store.request("1", 1);
            store.await("done", () -> store.has("/done/1/summary"));
            store.request("1", 2);
            store.await("the error is written", () -> store.get("/req/1/error").contains("was used before"));
            store.await("/stats/outstanding", "0");
            store.delete("/done/1/");
            store.await("2 jobs are done", () -> "2".equals(store.get("/done/1/jobs")) && store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    /** Only the wake-up counts: this loop looks after it, as an idle pod does within its 30 s. */
    @Test
    void id_usedBeforeWakesThePodWhenItsKeysGo() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start()) {
            store.request("1", 1);
            store.await("done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
        StopSignal signal = new StopSignal();
        try (Health health = Health.serve(0, () -> null)) {
            Outstanding outstanding = new Outstanding(store.etcd(), store.tree(), health.metrics());
            Watches watches = new Watches(store.etcd());
            News news = new News(store.tree(), watches, outstanding, false);
            Looks looks = new Looks(store.etcd(), store.tree(), new Upkeep(store.etcd(), store.tree()), outstanding,
                    watches, news, store.webhooks(System::nanoTime, health.metrics()));
            AtomicBoolean unclaimed = new AtomicBoolean();
            Callable<Boolean> looksOnceItIsWoken = () -> {
                watches.keepOpen();
                boolean woken = watches.await(Duration.ofMillis(100), signal);
                if (woken) {
                    unclaimed.set(!Await.answer("a look", looks::next).backlog().isEmpty());
                }
                return woken;
            };
            store.request("1", 1);
            Await.answer("a look", looks::next);
            store.await("the error is written", () -> store.has("/req/1/error"));
            Await.until("no watch wakes it for a second", Await.BOUND, () -> {
                boolean quiet = true;
                for (int i = 0; i < 10; i++) {
                    quiet &= !looksOnceItIsWoken.call();
                }
                return quiet;
            });
            assertFalse(unclaimed.get());
            store.delete("/done/1/");
            Await.until("it is to be claimed", Await.BOUND, () -> looksOnceItIsWoken.call() && unclaimed.get());
        }
    }

    @Test
    void requests_thatNoPodWorksOnBeginInTheOrderOfTheirAge() throws Exception {
        store.request("z", 2).request("a", 1);
        try (Pod first = store.pod(folder, "pod-1", rows, gate, "LEASE_SECONDS", "60").start()) {
            store.await("one has begun", () -> store.has("/wip/z/0/host") || store.has("/wip/a/0/host"));
            assertFalse(store.has("/wip/a/0/host"));
            try (Pod second = store.pod(folder, "pod-2", rows, gate).start()) {
                store.await("the second pod works", () -> store.has("/wip/a/0/host") || store.has("/wip/z/1/host"));
                assertFalse(store.has("/wip/z/1/host"));
                gate.end();
                store.await("both are done", () -> store.has("/done/a/summary") && store.has("/done/z/summary"));
                assertFalse(first.died() || second.died());
            }
        }
    }

    /** A watch takes a revision that changes run/next for a claim, which wakes no pod. */
    @Test
    void request_whoseEventWasMissedIsFoundByTheNextLook() throws Exception {
        AtomicLong calledAt = new AtomicLong();
        Etcd.Line line = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                calledAt.set(Long.MAX_VALUE); // a call is under way
                return call.get().whenComplete((answer, error) -> calledAt.set(System.nanoTime()));
            }
        };
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start(line, step -> {})) {
            store.await("/stats/outstanding", "0");
            store.await("it is idle", () -> System.nanoTime() - calledAt.get() > Duration.ofSeconds(3).toNanos());
            String request = store.prefix() + "/req/2/";
            assertTrue(Await.answer("it is put", () -> store.etcd().txn("put").put(request + "root", "photos")
                    .put(request + "job", 2).put(request + "method", "MD5").put(request + "next", "is no key of ours")
                    .commit()));
            long put = System.nanoTime();
            Await.until("2 is done", Await.BOUND, () -> store.has("/done/2/summary"));
            assertTrue(System.nanoTime() - put > Duration.ofSeconds(3).toNanos(), "there was news of it");
            store.await("/stats/outstanding", "0");
            assertFalse(pod.died());
        }
    }

    /** A job that takes longer than 4 s on a slow machine is read while it is tended. */
    @Test
    void job_thatIsTheOnlyOneIsEnteredWithoutReadingItBefore() throws Exception {
        int requests = 20;
        AtomicLong reads = new AtomicLong();
        Etcd.Line line = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                reads.addAndGet(what.startsWith("read " + store.prefix() + "/wip/") ? 1 : 0);
                return call.get();
            }
        };
        for (int i = 0; i < requests; i++) {
            store.request("r" + i, 1);
        }
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start(line, step -> {})) {
            store.await("all are done", () -> store.all().below("/req/").isEmpty());
            assertTrue(reads.get() < requests / 2, reads + " reads");
            assertFalse(pod.died());
        }
    }

    @Test
    void metrics_countJobsAndFailuresOfEtcd() throws Exception {
        Probe probe = Probe.create();
        Pod.Work work = (conf, stored) -> {
            if (conf.id().job() == 1) {
                throw GiveUp.job("no reason");
            }
            return Pod.Work.Next.END;
        };
        store.request("1", 3);
        try (Pod pod = store.pod(folder, "pod-1", rows, work, "MAX_ATTEMPTS", "2", "HTTP_PORT", probe.port())
                .start(new Faults("claim", 0, Faults.Kind.ANSWER_LOST))) {
            store.await("one is parked", () -> probe.metric("filehash_jobs_parked") == 1);
            assertEquals(0, probe.metric("filehash_jobs_outstanding"));
            store.await("it has begun", () -> probe.metric("filehash_requests{state=\"begun\"}") == 1);
            assertEquals(0, probe.metric("filehash_requests{state=\"bad\"}"));
            assertEquals(2, probe.metric("filehash_jobs_done_total"));
            assertEquals(2, probe.metric("filehash_jobs_gave_up_total"));
            assertEquals(3, probe.metric("filehash_claims_total{kind=\"new\"}"));
            assertEquals(1, probe.metric("filehash_claims_total{kind=\"orphan\"}"));
            assertEquals(0, probe.metric("filehash_claims_total{kind=\"deleted\"}"));
            store.await("no job is left", () -> probe.metric("filehash_jobs_held") == 0);
            for (String operation : List.of("read", "transaction", "lease")) {
                assertTrue(probe.metric("filehash_etcd_request_duration_seconds_count{operation=\"" + operation
                        + "\"}") > 0, operation);
            }
            assertTrue(probe.metric("filehash_etcd_failures_total") > 0);
            store.put("/req/2/root", "photos").put("/req/2/job", "none").put("/req/2/method", "MD5");
            store.await("one is bad", () -> probe.metric("filehash_requests{state=\"bad\"}") == 1);
            store.delete("/wip/1/1/error");
            store.await("tried again", () -> probe.metric("filehash_jobs_gave_up_total") > 2);
            assertFalse(pod.died());
        }
    }

    @Test
    void keys_thatExistAlreadyAreReportedAndBlockNoOtherRequest() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.request("1", 3);
            store.await("/wip/1/0/host", "pod-1");
            store.put("/wip/1/1/run", "a user's hand");
            store.request("2", 1);
            gate.end();
            store.await("2 is done", () -> store.has("/done/2/summary"));
            Await.value("the error of request 1", () -> store.get("/req/1/error"),
                    error -> error.contains("/wip/1/1/ or "));
            store.delete("/wip/1/1/").delete("/req/1/error").put("/req/1/root", "photos");
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    @Test
    void prefix_withoutKeysIsLoggedOnce() throws Exception {
        String wrong = store.prefix() + "-with-a-typo";
        try (Log log = Log.open(); Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start();
                Pod lost = store.pod(folder, "pod-2", rows, Pod.Work.objects(1), "ETCD_PREFIX", wrong).start()) {
            store.request("1", 1);
            store.await("done", () -> store.has("/done/1/summary"));
            store.await("it is said", () -> log.lines(wrong + "/conf/", "ETCD_PREFIX is wrong") == 1);
            assertEquals(0, log.lines(store.prefix() + "/conf/", "ETCD_PREFIX is wrong"));
            assertFalse(pod.died() || lost.died());
        }
    }

    @Test
    void keys_thatAreNoRequestAreLeftAlone() throws Exception {
        store.put("/req/", "x").put("/req/1", "x").put("/req//job", "1").put("/wip/", "x").put("/wip/9", "x");
        store.put("/conf/other", "x");
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(1)).start()) {
            store.request("10", 1);
            store.await("done", () -> store.has("/done/10/summary"));
            assertTrue(store.has("/req/1") && store.has("/req//job") && store.has("/wip/9"));
            assertFalse(pod.died());
        }
    }
}
