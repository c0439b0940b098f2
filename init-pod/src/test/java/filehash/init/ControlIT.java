package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.command.Called;
import filehash.init.etcd.Etcd;
import filehash.init.tree.Summary;
import filehash.job.HashMethod;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import filehash.program.Json;
import filehash.program.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys by which a user pauses and cancels a request, as with etcdctl. */
@SuppressWarnings("try") // a pod is only to be there
@Execution(ExecutionMode.CONCURRENT)
class ControlIT {
    @TempDir
    Path folder;
    private final FakeRows rows = new FakeRows();
    /** One for each request: a job is done once its gate is open. */
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    @AutoClose
    private final Store store = Store.create();

    private Pod pod(String host, String... more) throws Exception {
        return store.pod(folder, host, rows, (conf, stored) -> gate(conf.request()).next(conf, stored), more);
    }

    private Gate gate(String request) {
        return gates.computeIfAbsent(request, id -> new Gate());
    }

    private Summary summary(String id) throws Exception {
        return Json.read(store.get("/done/" + id + "/summary"), Summary.class);
    }

    private void assertNothingIsLeft(String id) throws Exception {
        store.await("nothing is left of " + id, () -> store.all().below("/req/" + id + "/").isEmpty()
                && store.all().below("/wip/" + id + "/").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "false"})
    void cancel_endsTheRequestWithASummaryOfWhatIsDone(String value) throws Exception {
        Pod.Work work = (conf, stored) -> conf.request().equals("2") || conf.id().job() == 0
                ? Pod.Work.objects(2).next(conf, stored) : gate("1").next(conf, stored);
        gate("1").rows(3);
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            store.request("1", 3);
            store.await("one is done, another is half done",
                    () -> String.valueOf(store.get("/wip/1/1/progress")).contains("\"files\":3"));
            String run = store.get("/req/1/run");
            store.request("2", 1).put("/req/1/cancel", value);
            store.await("it is cancelled", () -> store.has("/done/1/cancelled"));
            Summary summary = summary("1");
            assertEquals(run, summary.run());
            assertEquals(1, summary.cancelled().jobsDone());
            assertEquals(store.get("/done/1/cancelled"), summary.cancelled().at().toString());
            assertEquals(3, summary.jobs());
            assertEquals(5, summary.tally().files());
            assertEquals(10, summary.rows());
            assertEquals("photos/", store.get("/done/1/root"));
            assertEquals("b", store.get("/done/1/bucket"));
            store.await("the pod goes on", () -> store.has("/done/2/summary"));
            assertNothingIsLeft("1");
            store.await("/stats/outstanding", "0");
            assertNull(summary("2").cancelled());
            assertFalse(pod.died());
        }
    }

    /** By another pod, or by this one, which has read the key before it was obeyed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancel_tellsTheHasherWhyItStops(boolean another) throws Exception {
        try (Pod pod = pod("pod", "LEASE_SECONDS", "60").start();
                Pod other = store.pod(folder.resolve("other"), "other", rows, gate("2"))) {
            store.request("1", 1).await("/wip/1/0/host", "pod");
            pod.freezeSiblings();
            if (another) {
                other.start();
            }
            store.put("/req/1/cancel", "yes").await("it stops", () -> orders(pod, Conf.State.STOP));
            assertTrue(pod.directory().read(PodFile.CONF).orElseThrow().cancelled());
            pod.thawSiblings();
            store.await("it is cancelled", () -> store.has("/done/1/cancelled"));
            assertNothingIsLeft("1");
        }
    }

    @Test
    void cancel_whileInitPodIsAwayTellsTheHasherWhyItStops() throws Exception {
        try (Pod pod = pod("pod").start(); Pod other = store.pod(folder.resolve("other"), "other", rows, gate("2"))) {
            store.request("1", 1).await("it works", () -> orders(pod, Conf.State.WORK));
            pod.freezeSiblings();
            pod.killInit();
            other.start();
            store.put("/req/1/cancel", "yes").await("it is cancelled", () -> store.has("/done/1/cancelled"));
            pod.start();
            store.await("it stops", () -> orders(pod, Conf.State.STOP));
            Conf conf = pod.directory().read(PodFile.CONF).orElseThrow();
            pod.thawSiblings();
            assertTrue(conf.cancelled());
            assertNothingIsLeft("1");
        }
    }

    @Test
    void pause_tellsTheHasherOfNoCancellation() throws Exception {
        try (Pod pod = pod("pod").start()) {
            store.request("1", 1).await("/wip/1/0/host", "pod");
            pod.freezeSiblings();
            store.put("/req/1/paused", "yes").await("it stops", () -> orders(pod, Conf.State.STOP));
            assertFalse(pod.directory().read(PodFile.CONF).orElseThrow().cancelled());
            pod.thawSiblings();
            store.await("/wip/1/0/released", "pod");
        }
    }

    private static boolean orders(Pod pod, Conf.State state) {
        try {
            return pod.directory().read(PodFile.CONF).filter(conf -> conf.state() == state).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void cancel_ofARequestThatHasNotBegunSaysSo() throws Exception {
        try (Pod pod = pod("pod").start()) {
            store.request("busy", 1).await("/wip/busy/0/host", "pod");
            store.put("/req/1/bucket", "archive").request("1", 3).put("/req/1/cancel", "yes");
            store.await("it is cancelled", () -> store.has("/done/1/cancelled"));
            Summary summary = summary("1");
            assertEquals("archive", summary.bucket());
            assertEquals("archive", store.get("/done/1/bucket"));
            assertNotNull(summary.run());
            assertEquals(0, summary.cancelled().jobsDone());
            assertEquals(0, summary.rows());
            assertEquals(List.of(HashMethod.MD5, HashMethod.SHA256), summary.methods());
            assertNothingIsLeft("1");
            store.await("/stats/outstanding", "1");
        }
    }

    @Test
    void cancel_ofWhatCannotBeWorkedOnLeavesNoTrace() throws Exception {
        store.put("/done/used/run", "of an earlier request").request("used", 2).put("/req/used/cancel", "yes");
        store.request("bad", 2).put("/req/bad/method", "CRC32").put("/req/bad/cancel", "yes");
        store.put("/req/alone/cancel", "it came after the end");
        try (Pod pod = pod("pod").start()) {
            store.await("all are gone", () -> store.all().below("/req/").isEmpty());
            assertEquals(List.of("/done/used/run"), List.copyOf(store.all().below("/done/").keySet()));
            store.await("/stats/outstanding", "0");
            assertFalse(pod.died());
        }
    }

    @Test
    void cancel_ofARunWhoseKeysAUserHasSpoiltSumsUpWhatIsDone() throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(2).next(conf, stored)
                : Pod.Work.Next.NOT_YET;
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            store.request("1", 3).await("one is done", () -> store.has("/wip/1/1/host"));
            String run = store.get("/req/1/run");
            store.put("/req/1/left", "2\n").put("/req/1/cancel", "yes");
            store.request("2", 1).put("/req/2/run", "of which nothing is known").put("/req/2/cancel", "yes");
            store.await("both are cancelled", () -> store.has("/done/1/cancelled") && store.has("/done/2/cancelled"));
            assertEquals(run, summary("1").run());
            assertEquals(1, summary("1").cancelled().jobsDone());
            assertEquals(2, summary("1").tally().files());
            assertNothingIsLeft("1");
            assertNothingIsLeft("2");
            assertFalse(pod.died());
        }
    }

    /** Only pods know their own environment, so the command that ends a request leaves the decision to them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void summary_ofARequestThatTheCommandEndsIsPostedWherePodsHaveAUrl(boolean known) throws Exception {
        try (Receiver receiver = Receiver.open()) {
            store.request("1", 2);
            Called cancelled = Called.with(store.environment("shell"), "cancel", "1", "--yes");
            assertEquals("Request 1 is cancelled; rows that are stored stay.\n", cancelled.out(), cancelled.err());
            assertEquals("new, if there is a webhook_url", store.get("/done//webhook/1"));
            try (Pod pod = known ? pod("pod", "CONF_WEBHOOK_URL", receiver.url()) : pod("pod")) {
                pod.start();
                store.awaitGone("/done//webhook/1");
                assertEquals(known, store.has("/done/1/webhook"));
                assertEquals(known ? 1 : 0, receiver.messages().size());
                assertFalse(pod.died());
            }
        }
    }

    @Test
    void summary_ofACancelledRequestIsPostedOnce() throws Exception {
        try (Receiver receiver = Receiver.open(); Pod one = pod("one"); Pod other = pod("other")) {
            store.put("/conf/webhook_url", receiver.url());
            one.start();
            other.start();
            store.request("1", 3).await("both work", () -> store.has("/wip/1/0/host") && store.has("/wip/1/1/host"));
            store.put("/req/1/cancel", "yes").await("it is posted", () -> store.has("/done/1/webhook"));
            store.awaitGone("/done//webhook/1");
            assertEquals(List.of(store.get("/done/1/summary")),
                    receiver.messages().stream().map(Receiver.Message::body).toList());
        }
    }

    @Test
    void request_thatIsPutAnewUnderTheIdIsANewRun() throws Exception {
        try (Pod pod = pod("pod").start()) {
            store.request("1", 2).await("/wip/1/0/host", "pod");
            store.put("/req/1/cancel", "yes").await("it is cancelled", () -> store.has("/done/1/cancelled"));
            String run = summary("1").run();
            gate("1").rows(2).end();
            store.delete("/done/1/").request("1", 2).await("it is done", () -> store.has("/done/1/summary"));
            assertNotEquals(run, summary("1").run());
            assertNull(summary("1").cancelled());
            assertEquals(4, summary("1").tally().files());
            assertFalse(store.has("/done/1/cancelled"));
        }
    }

    /** One pod has added up what is done when another one enters a job. */
    @Test
    void summary_countsAJobThatIsEnteredMeanwhile() throws Exception {
        Held end = Held.waiting("cancel request 1");
        Held finish = Held.waiting("finish");
        Etcd.Line line = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                return what.startsWith("cancel request") ? CompletableFuture.failedFuture(new IOException("not now"))
                        : finish.send(what, call);
            }
        };
        gate("1").end();
        try (Pod busy = pod("busy").start(line, step -> {})) {
            store.request("1", 3).await("a job is done", finish::holds);
            store.put("/req/1/cancel", "yes");
            try (Pod other = pod("other").start(end, step -> {})) {
                store.await("the other pod is about to end it", end::holds);
                finish.letGo();
                store.await("/done/1/0/host", "busy");
                end.letGo();
                store.await("it is cancelled", () -> store.has("/done/1/cancelled"));
                assertEquals(1, summary("1").cancelled().jobsDone());
                assertFalse(busy.died() || other.died());
            }
        }
    }

    @Test
    void paused_isWorkedOnByNoPodUntilItsUserDeletesTheKey() throws Exception {
        gate("1").rows(3);
        try (Pod pod = pod("pod").start()) {
            store.request("1", 2).await("it has stored", () -> String.valueOf(store.get("/wip/1/0/progress"))
                    .contains("\"files\":3"));
            store.put("/req/1/paused", "");
            store.await("/wip/1/0/released", "pod");
            store.await("/stats/outstanding", "0");
            gate("2").end();
            store.request("2", 2).await("others are done", () -> store.has("/done/2/summary"));
            store.await("/stats/outstanding", "0");
            assertFalse(store.has("/wip/1/0/host") || store.has("/wip/1/1/run") || store.has("/wip/1/0/failures"));
            gate("1").rows(4).end();
            store.delete("/req/1/paused").await("it is done", () -> store.has("/done/1/summary"));
            assertEquals(8, summary("1").tally().files());
            assertEquals(2, rows.highestAttempt());
        }
    }

    @Test
    void request_thatIsPutPausedBeginsOnceItIsResumed() throws Exception {
        store.put("/req/1/paused", "until Monday").request("1", 2);
        gate("1").end();
        gate("2").end();
        try (Pod pod = pod("pod").start()) {
            store.request("2", 1).await("others are done", () -> store.has("/done/2/summary"));
            store.await("/stats/outstanding", "0");
            assertFalse(store.has("/req/1/run"));
            store.delete("/req/1/paused").await("it is done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
        }
    }

    /** The claim was decided before the key was put, and arrives after it. */
    @ParameterizedTest
    @CsvSource({"begin request 1, paused", "begin request 1, cancel", "claim request 1, paused",
            "claim request 1, cancel", "take over, paused", "plan request 1, paused", "plan request 1, cancel"})
    void claim_thatArrivesAfterTheKeyDoesNothing(String claim, String key) throws Exception {
        store.request("1", 2);
        if (claim.equals("take over")) {
            try (Pod lost = pod("lost").start()) {
                store.await("/wip/1/0/host", "lost");
                lost.kill();
            }
            store.delete("/wip/1/0/host");
        }
        List<String> begun = new CopyOnWriteArrayList<>();
        Pod.Work work = (conf, stored) -> {
            begun.add(conf.request() + " job " + conf.id().job());
            return Pod.Work.Next.END;
        };
        Held held = Held.waiting(claim);
        try (Pod pod = store.pod(folder, "pod", rows, new PlanningWork(work)).start(held, step -> {})) {
            store.await("the claim is under way", held::holds);
            store.put("/req/1/" + key, "");
            held.letGo();
            store.request("2", 1).await("the pod goes on", () -> store.has("/done/2/summary"));
            assertEquals(claim.startsWith("claim") ? List.of("1 job 0", "2 job 0") : List.of("2 job 0"), begun);
        }
    }

    @Test
    void job_thatIsDoneIsEnteredThoughTheRequestIsPaused() throws Exception {
        Held held = Held.waiting("finish");
        gate("1").end();
        try (Pod pod = pod("pod").start(held, step -> {})) {
            store.request("1", 2).await("a job is done", held::holds);
            store.put("/req/1/paused", "");
            held.letGo();
            store.await("/done/1/0/host", "pod");
            store.await("/stats/outstanding", "0");
            assertFalse(store.has("/wip/1/1/run"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"paused", "cancel"})
    void planning_stops(String key) throws Exception {
        PlanningWork planner = new PlanningWork(Pod.Work.objects(2)).hold();
        try (Pod pod = store.pod(folder, "pod", rows, planner).start()) {
            store.request("1", 3).await("it is planned", () -> planner.planned() != null);
            store.put("/req/1/" + key, "");
            store.request("2", 1).await("the pod goes on", () -> store.has("/done/2/summary"));
            assertFalse(store.has("/req/1/plan/id") || store.has("/req/1/plan/failures"));
            planner.letGo();
            if (key.equals("paused")) {
                store.await("/stats/outstanding", "0");
                store.delete("/req/1/paused").await("it is done", () -> store.has("/done/1/summary"));
                assertEquals(6, summary("1").tally().files());
            } else {
                assertNothingIsLeft("1");
                assertEquals(0, summary("1").cancelled().jobsDone());
            }
        }
    }

    /** The job that met the fault is the pod's probe, which nobody may try now. */
    @Test
    void pause_ofARequestWhoseJobMetAFaultOfConfFreesThePod() throws Exception {
        Pod.Work work = (conf, stored) -> {
            if (conf.request().equals("1")) {
                throw GiveUp.conf("the password is wrong");
            }
            return Pod.Work.Next.END;
        };
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            store.request("1", 1).await("it has failed", () -> store.has("/wip/1/0/failures"));
            store.put("/req/1/paused", "").request("2", 1);
            store.await("the pod goes on", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
        }
    }

    @Test
    void requestToBeCancelled_callsForAPodToEndIt() throws Exception {
        store.request("1", 3).put("/req/1/paused", "");
        try (Served page = Served.on(store)) {
            store.await("/stats/outstanding", "0");
            store.put("/req/1/cancel", "");
            store.await("/stats/outstanding", "1");
            try (Pod pod = pod("pod").start()) {
                store.await("it is cancelled", () -> store.has("/done/1/cancelled"));
                store.await("/stats/outstanding", "0");
                assertFalse(pod.died() || page.died());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 0, 2 1", "0, 5, 1 2", "-1, ' 0 ', 1 2", "+2, 2, 1 2", "high, 1, 1 2", "1, high, 2 1"})
    void priority_decidesAndThenAge(String ofTheNewer, String ofTheOlder, String order) throws Exception {
        List<String> begun = new CopyOnWriteArrayList<>();
        Pod.Work work = (conf, stored) -> {
            begun.add(conf.request());
            return Pod.Work.Next.END;
        };
        store.request("1", 1).put("/req/1/priority", ofTheOlder).request("2", 1).put("/req/2/priority", ofTheNewer);
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            store.await("both are done", () -> store.has("/done/1/summary") && store.has("/done/2/summary"));
            assertEquals(order, String.join(" ", begun));
            assertFalse(pod.died());
        }
    }

    @Test
    void newJob_ofAHigherPriorityComesBeforeAnOrphan() throws Exception {
        try (Pod lost = pod("lost").start()) {
            store.request("1", 2).await("/wip/1/0/host", "lost");
            lost.kill();
        }
        store.request("2", 1).put("/req/2/priority", "1").delete("/wip/1/0/host");
        try (Pod pod = pod("pod").start()) {
            store.await("/wip/2/0/host", "pod");
            gate("2").end();
            store.await("/wip/1/0/host", "pod");
            assertFalse(pod.died());
        }
    }

    /** A plan has counted 80 objects in one; the other counts 10,000 for each of its jobs. */
    @ParameterizedTest
    @CsvSource({"8, auto, 4, hex, b", "8, hex, 4, hex, a"})
    void pods_areSharedByTheObjectsThatAreLeft(int jobsOfA, String splitOfA, int jobsOfB, String splitOfB,
            String third) throws Exception {
        PlanningWork planner = new PlanningWork((conf, stored) -> Pod.Work.Next.NOT_YET);
        store.put("/req/a/split", splitOfA).request("a", jobsOfA).put("/req/b/split", splitOfB).request("b", jobsOfB);
        try (Pod one = store.pod(folder, "one", rows, planner, "LEASE_SECONDS", "60").start();
                Pod two = store.pod(folder, "two", rows, planner, "LEASE_SECONDS", "60");
                Pod three = store.pod(folder, "three", rows, planner)) {
            store.await("/wip/a/0/host", "one");
            two.start();
            store.await("/wip/b/0/host", "two");
            three.start();
            store.await("/wip/" + third + "/1/host", "three");
            assertFalse(one.died() || two.died() || three.died());
        }
    }

    @Test
    void pod_thatDrainsEndsThoughARequestIsPaused() throws Exception {
        gate("1").end();
        store.request("1", 1).request("2", 1).put("/req/2/paused", "").request("3", 1).put("/req/3/cancel", "");
        try (Pod pod = pod("pod", "EXIT_WHEN_IDLE", "true").start()) {
            assertEquals(Program.DONE, pod.exitCode());
            assertEquals(List.of("2"), store.all().below("/req/").keySet().stream()
                    .map(key -> key.split("/")[2]).distinct().toList());
            assertEquals("0", store.get("/stats/outstanding"));
        }
    }
}
