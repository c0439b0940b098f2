package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Log;
import filehash.init.claim.Outstanding;
import filehash.init.etcd.Etcd;
import filehash.init.tree.UsedIds;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import filehash.program.Metrics;
import filehash.program.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The count that an autoscaler reads, and pods that end when it is zero. */
@Execution(ExecutionMode.CONCURRENT)
class OutstandingIT {
    /** The promise is 2 s, and a busy machine needs some more; the regular look comes only after 30 s. */
    private static final Duration SOON = Await.BOUND;

    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void count_followsTheChangesOfAUserWhileTheOnlyPodIsBusy() throws Exception {
        try (Pod pod = pod("pod-1", gate).start()) {
            store.await("/stats/outstanding", "0");
            store.request("1", 2);
            store.await("/wip/1/0/host", "pod-1");
            awaitCount(2);
            store.request("2", 30);
            awaitCount(32);
            store.put("/req/3/root", "incomplete").put("/req/3/job", "5");
            store.put("/req/4/root", "bad").put("/req/4/job", "6").put("/req/4/method", "CRC32");
            store.request("5", 7);
            awaitCount(39);
            store.await("the bad request has its error", () -> store.has("/req/4/error"));
            store.put("/req/4/method", "MD5");
            awaitCount(45);
            store.awaitGone("/req/4/error");
            store.delete("/req/2/");
            awaitCount(15);
            store.put("/stats/outstanding", "-1"); // whoever else writes it is believed until the next change
            store.put("/req/5/job", "8");
            awaitCount(16);
            assertFalse(pod.died());
        }
    }

    /** The pod that changes the count dies before it can write it, so only the busy pod can have written it. */
    @Test
    void count_isRightEvenIfThePodThatChangedItDied() throws Exception {
        try (Pod busy = pod("pod-1", gate).start()) {
            store.request("1", 3);
            store.await("/wip/1/0/host", "pod-1");
            awaitCount(3);
            try (Pod other = pod("pod-2", Pod.Work.objects(0)).start(diesBeforeItWritesTheCount())) {
                store.await("one is done", () -> !"3".equals(store.get("/req/1/left")));
                Await.until("the count is reported", SOON,
                        () -> store.get("/req/1/left").equals(store.get("/stats/outstanding")));
                other.kill();
            }
            gate.end();
            store.await("done", () -> store.has("/done/1/summary"));
            awaitCount(0);
            assertFalse(busy.died());
        }
    }

    @Test
    void count_leavesParkedJobsOutUntilTheUserWantsThem() throws Exception {
        try (Pod busy = pod("pod-1", gate).start()) {
            store.request("1", 2);
            store.await("/wip/1/0/host", "pod-1");
            awaitCount(2);
            Pod.Work fails = (conf, stored) -> {
                throw GiveUp.job("no reason");
            };
            try (Pod failing = pod("pod-2", fails).start(diesBeforeItWritesTheCount())) {
                store.await("parked", () -> store.has("/wip/1/1/error"));
                awaitCount(1);
                failing.kill();
            }
            store.delete("/wip/1/1/error");
            awaitCount(2);
            assertFalse(busy.died());
        }
    }

    private static Faults diesBeforeItWritesTheCount() {
        return new Faults("write", 0, Faults.Kind.DIES_BEFORE);
    }

    /** An event may come late: this pod has written the key once more by then, and has to write it again. */
    @Test
    void count_isDueThoughAnEarlierWriteOfThisPodIsReportedOnlyNow() throws Exception {
        Outstanding outstanding = new Outstanding(store.etcd(), store.tree(), new Metrics());
        long first = published(outstanding);
        store.request("1", 2);
        assertTrue(first < published(outstanding));
        outstanding.countAgain();
        outstanding.written(first);
        assertTrue(outstanding.due());
    }

    private long published(Outstanding outstanding) throws Exception {
        Await.until("it is written", Await.BOUND, () -> outstanding.publish(store.look(new UsedIds())));
        return store.all().modified("/stats/outstanding");
    }

    /** The order of its calls shows this: neither an event nor the next look could come in between. */
    @Test
    void count_isWrittenByThePodThatChangedItBeforeItDoesAnythingElse() {
        Pod.Work work = (conf, stored) -> {
            if (conf.id().job() == 1 || conf.id().job() == 2) {
                throw GiveUp.job("no reason");
            }
            return Pod.Work.Next.END;
        };
        List<String> calls = answered(id -> {
            Calls sent = new Calls();
            store.request(id, 4);
            try (Pod pod = store.pod(folder, "pod-" + id, rows, work, "MAX_ATTEMPTS", "2").start(sent, step -> {})) {
                store.await("2 are done, and 2 parked", () -> "2".equals(store.get("/req/" + id + "/left"))
                        && store.has("/wip/" + id + "/1/error") && store.has("/wip/" + id + "/2/error"));
                awaitCount(0);
                assertFalse(pod.died());
                return sent.answered();
            }
        });
        List<String> verbs = List.of("begin", "claim", "take over", "finish", "give back", "write");
        assertEquals(List.of("write", "begin", "finish", "write", "claim", "give back", "claim", "give back", "claim",
                "finish", "write", "take over", "give back", "write", "take over", "give back", "write"),
                calls.stream().flatMap(what -> verbs.stream().filter(what::startsWith)).toList());
    }

    /** A look that follows at once finds it; otherwise the next look that counts would come after half a minute. */
    @ParameterizedTest
    @CsvSource({"report request", "judge request"})
    void count_isWrittenOnceARunWaitsForItsUser(String error) {
        List<String> calls = answered(id -> {
            Gate work = new Gate();
            Calls sent = new Calls();
            Etcd.Line line = new Etcd.Line() {
                @Override
                public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                    if (error.startsWith("judge") && what.startsWith("claim request " + id)) {
                        throw new IllegalStateException("a defect");
                    }
                    return sent.send(what, call);
                }
            };
            try (Pod pod = store.pod(folder, "pod-" + id, rows, work).start(line, step -> {})) {
                store.request(id, 3);
                store.await("/wip/" + id + "/0/host", "pod-" + id);
                if (error.startsWith("report")) {
                    store.put("/done/" + id + "/1/host", "of a user");
                }
                awaitCount(3);
                work.end();
                store.await("it is said", () -> store.has("/req/" + id + "/error"));
                awaitCount(0);
                assertFalse(pod.died());
                return sent.answered();
            }
        });
        List<String> after = calls.stream().dropWhile(call -> !call.startsWith(error))
                .takeWhile(call -> !call.startsWith("write")).toList();
        assertEquals(1, after.stream().filter(call -> call.startsWith("read " + store.prefix() + "/req/")
                && call.endsWith("/req/")).count(), after.toString());
    }

    /** Works on a request of this id in a pod of its own, and returns the calls that the pod has sent. */
    private interface Run {
        List<String> of(String id) throws Exception;
    }

    /** A pod that gets no answer in time takes other steps in between, so the run is repeated if etcd was too slow. */
    private static List<String> answered(Run run) {
        AtomicInteger runs = new AtomicInteger();
        return Await.answer("etcd answers all calls in time",
                () -> run.of(Integer.toString(runs.incrementAndGet())));
    }

    /** The calls that a pod sends. */
    private static final class Calls implements Etcd.Line {
        private final List<String> sent = new CopyOnWriteArrayList<>();
        private final List<CompletableFuture<?>> answers = new CopyOnWriteArrayList<>();

        @Override
        public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
            sent.add(what); // before its effect, for which the test waits
            CompletableFuture<T> answer = call.get();
            answers.add(answer);
            return answer;
        }

        /** @throws IllegalStateException if a call has failed, because no answer came in time */
        List<String> answered() {
            if (answers.stream().anyMatch(CompletableFuture::isCompletedExceptionally)) {
                throw new IllegalStateException("a call has failed among " + sent);
            }
            return List.copyOf(sent);
        }
    }

    @Test
    void drain_waitsForOthersLeavesTheIncompleteAndEndsThePod() throws Exception {
        store.put("/req/2/root", "incomplete");
        store.put("/req/3/root", "bad").put("/req/3/job", "x").put("/req/3/method", "MD5");
        store.request("1", 2);
        try (Pod one = pod("pod-1", gate, "EXIT_WHEN_IDLE", "true", "LEASE_SECONDS", "60").start();
                Pod two = pod("pod-2", Pod.Work.objects(1), "EXIT_WHEN_IDLE", "true")) {
            store.await("/wip/1/0/host", "pod-1");
            two.start();
            store.await("one is left", () -> "1".equals(store.get("/req/1/left"))
                    && store.has("/wip/1/0/host") != store.has("/wip/1/1/host"));
            assertFalse(one.ended() || two.ended());
            gate.end();
            Await.until("both end", SOON, () -> one.ended() && two.ended());
            assertEquals(Program.DONE, one.exitCode());
            assertEquals(Program.DONE, two.exitCode());
            one.siblingsEnded();
            two.siblingsEnded();
            assertTrue(one.directory().has(PodFile.POD_FIN));
            assertEquals("0", store.get("/stats/outstanding"));
        }
    }

    @Test
    void drain_endsWithItsOwnCodeIfJobsAreParked() throws Exception {
        Pod.Work fails = (conf, stored) -> {
            throw GiveUp.job("no reason");
        };
        store.request("1", 1);
        try (Pod pod = pod("pod-1", fails, "EXIT_WHEN_IDLE", "true", "MAX_ATTEMPTS", "2").start()) {
            assertEquals(Program.JOBS_PARKED, pod.exitCode());
            assertEquals("0", store.get("/stats/outstanding"));
            pod.siblingsEnded();
        }
    }

    @Test
    void drain_thatBeginsAfterAJobWasParkedDoesNotFailForIt() throws Exception {
        Pod.Work fails = (conf, stored) -> {
            throw GiveUp.job("no reason");
        };
        store.request("of-last-month", 1);
        try (Pod pod = pod("pod-1", fails, "EXIT_WHEN_IDLE", "true", "MAX_ATTEMPTS", "2").start()) {
            assertEquals(Program.JOBS_PARKED, pod.exitCode());
        }
        store.request("of-this-month", 1);
        try (Pod pod = pod("pod-2", Pod.Work.objects(1), "EXIT_WHEN_IDLE", "true").start()) {
            assertEquals(Program.DONE, pod.exitCode());
            assertTrue(store.has("/done/of-this-month/summary"));
        }
    }

    @Test
    void drain_endsWhereARequestThatHasBegunWaitsForItsUserAndNamesIt() throws Exception {
        store.request("1", 3);
        try (Pod first = pod("pod-1", gate).start()) {
            store.await("/wip/1/0/host", "pod-1");
            store.put("/req/1/error", "correct it, and then delete this key");
            awaitCount(1); // the job that a pod works on
            first.kill();
        }
        store.await("its lease ends", () -> !store.has("/wip/1/0/host"));
        try (Log log = Log.open(); Pod pod = pod("pod-2", gate, "EXIT_WHEN_IDLE", "true").start()) {
            assertEquals(Program.DONE, pod.exitCode());
            assertEquals("0", store.get("/stats/outstanding"));
            assertEquals(1, log.lines("request 1 is left", "correct it, and then delete this key"));
        }
    }

    @Test
    void drain_endsWhereItMayNotWriteTheCount() throws Exception {
        store.request("1", 1);
        try (Pod pod = pod("pod-1", Pod.Work.objects(1), "EXIT_WHEN_IDLE", "true").start(new NoCount(), step -> {})) {
            assertEquals(Program.DONE, pod.exitCode());
            assertTrue(store.has("/done/1/summary"));
        }
    }

    /** etcd refuses to write the count. */
    private static final class NoCount implements Etcd.Line {
        @Override
        public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
            return what.startsWith("write ") ? CompletableFuture.failedFuture(
                    new IllegalStateException("permission denied")) : call.get();
        }
    }

    @Test
    void drain_whoseJobIsParkedWhenItsPodComesBackEndsWithThatCode() throws Exception {
        gate.fail(GiveUp.job("no reason"));
        store.request("1", 1);
        try (Pod pod = pod("pod-1", gate, "EXIT_WHEN_IDLE", "true", "MAX_ATTEMPTS", "1")
                .start(new Faults("give back", 0, Faults.Kind.DIES_BEFORE))) {
            store.await("it died", pod::died);
            pod.start();
            assertEquals(Program.JOBS_PARKED, pod.exitCode());
        }
    }

    private Pod pod(String host, Pod.Work work, String... more) throws Exception {
        return store.pod(folder, host, rows, work, more);
    }

    private void awaitCount(int count) {
        Await.until("/stats/outstanding is " + count, SOON,
                () -> Integer.toString(count).equals(store.get("/stats/outstanding")));
    }
}
