package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.Log;
import filehash.init.etcd.Etcd;
import filehash.init.tree.DeletedJobs;
import filehash.init.tree.JobProgress;
import filehash.init.tree.Look;
import filehash.init.tree.Summary;
import filehash.init.tree.UsedIds;
import filehash.job.Tally;
import filehash.pod.GiveUp;
import filehash.program.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong value in the keys of one request costs that request its turn, and harms no pod and no other request. */
@Execution(ExecutionMode.CONCURRENT)
class ValuesIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void root_thatBeginsWithABlankIsTheSameForEachJob() throws Exception {
        Set<String> roots = ConcurrentHashMap.newKeySet();
        Pod.Work work = (conf, stored) -> {
            roots.add(conf.root());
            return Pod.Work.Next.END;
        };
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start()) {
            store.put("/req/1/root", "/ photos").put("/req/1/job", "3").put("/req/1/method", "md5");
            awaitDone("1", pod);
            assertEquals(Set.of(" photos/"), roots);
            assertEquals(" photos/", store.get("/done/1/root"));
        }
    }

    @ParameterizedTest
    @CsvSource({"' ', 'the id is blank'", "'a\nb', 'the id holds control characters'"})
    void id_thatIsUnreadableIsBadAndLoggedOnce(String id, String problem) throws Exception {
        try (Log log = Log.open(); Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            gate.end();
            store.request(id, 1).request("2", 1);
            awaitDone("2", pod);
            store.await("it is said", () -> store.has("/req/" + id + "/error"));
            assertTrue(store.get("/req/" + id + "/error").startsWith(problem), store.get("/req/" + id + "/error"));
            store.put("/req/" + id + "/root", "other").request("3", 1);
            awaitDone("3", pod);
            assertEquals(1, log.lines("WARN", "is bad: " + problem));
        }
    }

    @Test
    void error_isCutWhereAUserPutWhatHasNoRoomInIt() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            gate.end();
            store.put("/req/1/root", "photos").put("/req/1/job", "1");
            store.put("/req/1/method", "x".repeat(1_400_000)).request("2", 1);
            awaitDone("2", pod);
            store.await("it is said", () -> store.has("/req/1/error"));
            assertTrue(store.get("/req/1/error").startsWith("method 'xxx"));
            assertEquals(500, store.get("/req/1/error").length());
        }
    }

    @Test
    void root_thatIsNotUtf8IsBad() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            gate.end();
            store.put("/req/1/root", "café".getBytes(StandardCharsets.ISO_8859_1));
            store.put("/req/1/job", "1").put("/req/1/method", "md5").request("2", 1);
            awaitDone("2", pod);
            store.await("/req/1/error", "root is not UTF-8");
        }
    }

    @ParameterizedTest
    @CsvSource({"run, ''", "run/root, photo", "run/root, 'photos/\n'", "run/method, md5", "run/jobs, '3 '",
            "run/next, '1\n'", "left, '3\n'", "left, 4", "run/jobs, ''"})
    void run_withAValueThatInitPodDidNotWriteIsBadUntilItIsCorrected(String key, String value) throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.request("1", 3);
            store.await("/wip/1/0/host", "pod-1");
            String before = store.get("/req/1/" + key);
            store.put("/req/1/" + key, value).request("2", 1);
            gate.end();
            awaitDone("2", pod);
            store.await("it is said", () -> store.has("/req/1/error"));
            assertTrue(store.get("/req/1/error").startsWith(key + " '"), store.get("/req/1/error"));
            store.put("/req/1/" + key, before).delete("/req/1/error").put("/req/1/root", "photos"); // wakes the pod
            awaitDone("1", pod);
            assertEquals("3", store.get("/done/1/jobs"));
        }
    }

    /** Two of three jobs are done; the last one is at work in the first pod. */
    @ParameterizedTest
    @CsvSource({"2", "3"})
    void left_thatAUserMadeTooLargeIsCorrected(String tooLarge) throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() < 2 ? Pod.Work.objects(1).next(conf, stored)
                : gate.rows(1).next(conf, stored);
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start();
                Pod idle = store.pod(folder, "pod-2", rows, work)) {
            store.request("1", 3);
            store.await("two are done", () -> "1".equals(store.get("/req/1/left")) && store.has("/wip/1/2/host"));
            idle.start();
            store.put("/req/1/left", tooLarge).await("/req/1/left", "1");
            gate.end();
            awaitDone("1", pod);
            assertEquals(3, Json.read(store.get("/done/1/summary"), Summary.class).tally().files());
            assertFalse(idle.died());
        }
    }

    /** While the only pod is at work, so that no job is left at the next look. */
    @Test
    void left_thatIsTooLargeWhenAllJobsAreDoneEndsTheRequestAllTheSame() throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() < 2 ? Pod.Work.objects(1).next(conf, stored)
                : gate.rows(1).next(conf, stored);
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start()) {
            store.request("1", 3);
            store.await("two are done", () -> "1".equals(store.get("/req/1/left")) && store.has("/wip/1/2/host"));
            store.put("/req/1/left", "3");
            gate.end();
            awaitDone("1", pod);
            Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
            assertEquals(3, summary.jobs());
            assertEquals(3, summary.tally().files());
            store.await("/stats/outstanding", "0");
            assertFalse(store.has("/req/1/root"));
        }
    }

    @Test
    void done_ofAJobThatTheRunDoesNotHaveCountsForNothing() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate.rows(1)).start()) {
            store.request("1", 2);
            store.await("/wip/1/0/host", "pod-1");
            for (String other : List.of("2", "01")) {
                store.put("/done/1/" + other + "/host", "pod-0").put("/done/1/" + other + "/progress", Json.write(
                        new JobProgress(new Tally(100, 0, Map.of(), 1), Instant.EPOCH, Instant.EPOCH)));
            }
            store.put("/req/1/left", "1");
            gate.end();
            awaitDone("1", pod);
            assertEquals("pod-1", store.get("/done/1/1/host"));
            assertEquals(2, Json.read(store.get("/done/1/summary"), Summary.class).tally().files());
        }
    }

    /** More jobs are in question than one call asks for, so the pod reads all names below /done. */
    @Test
    void done_ofAJobWithALeadingZeroDoesNotHideAJobThatAUserDeleted() throws Exception {
        int jobs = 300;
        try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
            fill.run("1", jobs, 1).put("/done/1/007/host", "a copy");
            for (int i = 0; i < jobs; i++) {
                fill.put(i == 7 ? "/done/1/7/note" : "/done/1/" + i + "/host", "pod-1");
            }
        }
        Look look = store.look(new UsedIds());
        for (int i = 0; i < 20; i++) { // each takes others
            assertEquals(7, Await.answer("it looks for a deleted job", () -> new DeletedJobs(store.etcd(), store.tree(),
                    conf -> false).find(look, look.requests().get(0))).orElseThrow().intValue());
        }
    }

    @Test
    void left_thatIsGoneHoldsNoPod() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.request("1", 2);
            store.await("/wip/1/0/host", "pod-1");
            store.delete("/req/1/left").request("2", 1);
            gate.end();
            awaitDone("2", pod);
            store.await("it is said", () -> store.has("/req/1/error"));
            assertTrue(store.get("/req/1/error").contains("/req/1/left is missing"), store.get("/req/1/error"));
        }
    }

    @ParameterizedTest
    @CsvSource({"failures, null", "failures, '{\"gaveUp\":0,\"lost\":1,\"reason\":null}'", "progress, null",
            "progress, '{\"files\":1,\"failed\":0,\"failedByClass\":null,\"bytes\":0,\"started\":null}'"})
    void job_withAValueThatIsNoneEndsAllTheSame(String key, String value) throws Exception {
        Gate first = new Gate();
        try (Pod lost = store.pod(folder, "pod-1", rows, first).start()) {
            store.request("1", 1);
            store.await("/wip/1/0/host", "pod-1");
            lost.kill();
        }
        store.put("/wip/1/0/" + key, value);
        try (Pod pod = store.pod(folder, "pod-2", rows, gate.rows(1)).start()) {
            gate.end();
            awaitDone("1", pod);
        }
    }

    /** The progress of a done job, while the other job of its run is at work. */
    @ParameterizedTest
    @CsvSource({"null",
            "'{\"files\":1,\"failed\":0,\"failedByClass\":{},\"bytes\":0,\"started\":null,\"updated\":null}'",
            "'{\"files\":9223372036854775807,\"failed\":0,\"failedByClass\":{},\"bytes\":0,"
                    + "\"started\":\"2026-11-21T12:00:00Z\",\"updated\":\"2026-11-21T12:00:00Z\"}'"})
    void progress_thatIsNoneCountsForNothingInTheSummary(String value) throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(2).next(conf, stored)
                : gate.rows(1).next(conf, stored);
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start()) {
            store.request("1", 2);
            store.await("/wip/1/1/host", "pod-1");
            assertEquals(2, JobProgress.objects(store.get("/done/1/0/progress")));
            store.put("/done/1/0/progress", value);
            gate.end();
            awaitDone("1", pod);
            assertEquals(1, Json.read(store.get("/done/1/summary"), Summary.class).tally().files());
        }
    }

    @Test
    void host_withoutALeaseIsNone() throws Exception {
        try (Pod lost = store.pod(folder, "pod-1", rows, gate).start()) {
            store.request("1", 1);
            store.await("/wip/1/0/host", "pod-1");
            lost.kill();
        }
        store.put("/wip/1/0/host", "anybody");
        try (Pod pod = store.pod(folder, "pod-2", rows, gate).start()) {
            gate.end();
            awaitDone("1", pod);
            assertEquals("pod-2", store.get("/done/1/0/host"));
        }
    }

    @Test
    void job_thatIsParkedWhileLeftIsGoneHoldsNoPod() throws Exception {
        gate.fail(GiveUp.job("no reason"));
        try (Pod pod = store.pod(folder, "pod-1", rows, gate, "MAX_ATTEMPTS", "1").start(new Deleting(), step -> {})) {
            store.request("1", 1);
            store.await("it is parked", () -> store.has("/wip/1/0/error"));
            gate.succeed();
            gate.end();
            store.request("2", 1);
            awaitDone("2", pod);
        }
    }

    /** A user deletes left just before the job is given back. */
    private final class Deleting implements Etcd.Line {
        private boolean deleted;

        @Override
        public <T> CompletableFuture<T> send(String what,
                Supplier<CompletableFuture<T>> call) {
            if (!deleted && gate.failed()) {
                deleted = true;
                store.delete("/req/1/left");
            }
            return call.get();
        }
    }

    @ParameterizedTest
    @CsvSource({"begin request 1", "claim request 1", "take over request 1"})
    void try_thatThrowsCostsItsRequestTheTurnAndIsLoggedOnce(String call) throws Exception {
        try (Pod lost = store.pod(folder, "pod-1", rows, new Gate()).start()) {
            if (!call.startsWith("begin")) {
                store.request("1", call.startsWith("claim") ? 2 : 1);
                store.await("/wip/1/0/host", "pod-1");
            }
            String defect = "nobody thought of this in " + call; // the log has the lines of tests beside, too
            Throwing line = new Throwing(call, defect);
            try (Log log = Log.open(); Pod pod = store.pod(folder, "pod-2", rows, gate).start(line, step -> {})) {
                if (call.startsWith("begin")) {
                    store.request("1", 1);
                }
                lost.kill();
                gate.end();
                store.await("it is said", () -> store.has("/req/1/error"));
                assertTrue(store.get("/req/1/error").contains(defect), store.get("/req/1/error"));
                store.request("2", 1).request("3", 1);
                awaitDone("2", pod);
                awaitDone("3", pod);
                assertEquals(1, log.lines("WARN", defect));
            }
        }
    }

    @Test
    void error_ofATryThatThrewReplacesAnother() throws Exception {
        try (Pod lost = store.pod(folder, "pod-1", rows, new Gate()).start()) {
            store.request("1", 1).await("/wip/1/0/host", "pod-1");
            store.put("/req/1/error", "of another kind");
            Throwing line = new Throwing("take over request 1", "a defect");
            try (Pod pod = store.pod(folder, "pod-2", rows, gate).start(line, step -> {})) {
                lost.kill();
                store.await("it is said", () -> store.get("/req/1/error").contains("a defect"));
                assertFalse(pod.died());
            }
        }
    }

    @Test
    void error_ofATryThatThrewIsTakenBackByNoOtherPod() throws Exception {
        Throwing line = new Throwing("begin request 1", "a defect");
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start(line, step -> {})) {
            store.request("1", 1).await("it is said", () -> store.has("/req/1/error"));
            pod.kill();
        }
        String error = store.get("/req/1/error");
        try (Pod other = store.pod(folder, "pod-2", rows, gate).start()) {
            gate.end();
            store.request("2", 1);
            awaitDone("2", other);
            assertEquals(error, store.get("/req/1/error"));
            assertFalse(store.has("/req/1/run"));
            store.delete("/req/1/error").put("/req/1/root", "photos"); // wakes the pod
            awaitDone("1", other);
        }
    }

    @Test
    void typo_inARequestOfWhichATryThrewIsReportedTakenBackAndTheRequestDone() throws Exception {
        Throwing line = new Throwing("begin request 1", "a defect");
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start(line, step -> {})) {
            gate.end();
            store.request("1", 1).await("it is said", () -> store.has("/req/1/error"));
            store.put("/req/1/job", "x").await("/req/1/error", "job 'x' is not a number from 1 to 65536");
            line.fixed = true;
            store.put("/req/1/job", "1");
            awaitDone("1", pod);
        }
    }

    /** The pod may stand still between the exception and the error. */
    @Test
    void error_isNotWrittenToANewRequestOfTheSameId() throws Exception {
        Throwing line = new Throwing("begin request 1", "a defect") {
            @Override
            void isThrown() {
                fixed = true;
                store.delete("/req/1/").request("1", 1);
            }
        };
        store.request("1", 1);
        gate.end();
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start(line, step -> {})) {
            awaitDone("1", pod);
        }
    }

    /** A line on which one call throws as if the program had a defect. */
    private static class Throwing implements Etcd.Line {
        private final String call;
        private final String what;
        volatile boolean fixed;

        Throwing(String call, String what) {
            this.call = call;
            this.what = what;
        }

        void isThrown() {
        }

        @Override
        public <T> CompletableFuture<T> send(String name, Supplier<CompletableFuture<T>> sent) {
            if (!fixed && name.startsWith(call)) {
                isThrown();
                throw new IllegalStateException(what);
            }
            return sent.get();
        }
    }

    private void awaitDone(String request, Pod pod) throws IOException, InterruptedException {
        store.await(request + " is done", () -> pod.died() || store.has("/done/" + request + "/summary"));
        assertFalse(pod.died());
    }
}
