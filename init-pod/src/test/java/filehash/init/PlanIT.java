package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Log;
import filehash.init.tree.Summary;
import filehash.job.Amount;
import filehash.job.Plan;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.program.Json;
import filehash.program.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are planned before they begin. */
@Execution(ExecutionMode.CONCURRENT)
class PlanIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();
    private final PlanningWork planner = new PlanningWork(gate);

    @AfterEach
    void check() throws Exception {
        History.check(store);
    }

    @Test
    void request_isPlannedAndItsJobsTakeTheRangesOfThePlan() throws Exception {
        planner.hold();
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 3).await("/req/1/plan/host", "pod-1");
            store.await("/stats/outstanding", "1");
            assertFalse(store.has("/req/1/run"));
            assertEquals(new Conf.PlanOrder(Split.AUTO, 3, 1), planned().plan());
            planner.letGo();
            store.await("/wip/1/0/host", "pod-1");
            store.await("/stats/outstanding", "3");
            assertEquals("list", store.get("/req/1/run/split"));
            assertTrue(store.get("/wip/1/ranges/0").contains("IMG_00002_1"));
            assertEquals(List.of("", "IMG_00000_1~", "IMG_00001_1"), range("/wip/1/0/"));
            assertFalse(store.has("/req/1/plan/id") || store.has("/req/1/plan/host"));
            String plan = store.get("/req/1/plan");
            assertEquals(new Amount(30, 300), Json.read(plan, Plan.class).total());
            gate.rows(2).end();
            assertDone("1", 3);
            planner.assertTiles(3);
            assertEquals(plan, store.get("/done/1/plan"));
            Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
            assertEquals(new Summary.Planned(30, 300, true), summary.planned());
            assertEquals(6, summary.tally().files());
            assertEquals("IMG_00002_1", store.get("/done/1/2/range/start"));
            assertFalse(store.has("/done/1/2/range/before"));
            assertFalse(pod.died());
        }
    }

    /** The last job has no upper end. */
    @Test
    void confJson_holdsWhatThePlanCountedInTheJob() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            Conf conf = pod.directory().read(PodFile.CONF).orElseThrow();
            assertEquals(new Amount(10, 100), conf.planned());
            assertNull(conf.plan());
            assertFalse(pod.directory().has(PodFile.PLAN));
            store.await("progress", () -> store.has("/wip/1/0/progress"));
            assertTrue(store.get("/wip/1/0/progress").contains("\"expected\":{\"objects\":10,\"bytes\":100,"));
            gate.end();
            assertDone("1", 2);
            assertFalse(store.has("/wip/1/1/range/before"));
        }
    }

    @Test
    void plan_thatFindsHexNamesEvenKeepsThePublishedRangesAndIsStillCounted() throws Exception {
        planner.findsHex();
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2).await("/wip/1/0/range/end", "7f");
            assertEquals("hex", store.get("/req/1/run/split"));
            assertFalse(store.has("/wip/1/0/range/before") || store.has("/wip/1/ranges/0"));
            gate.end();
            assertDone("1", 2);
            planner.assertTiles(2);
            assertEquals(new Summary.Planned(20, 200, true),
                    Json.read(store.get("/done/1/summary"), Summary.class).planned());
            assertFalse(pod.died());
        }
    }

    @Test
    void numberOfJobs_isDecidedWithThePlanAndCountsAsOneBefore() throws Exception {
        planner.hold();
        store.request("1", 1).put("/req/1/job", " auto\n");
        try (Pod pod = pod("pod-1").start()) {
            store.await("/stats/outstanding", "1");
            assertEquals(0, planned().plan().jobs());
            planner.letGo();
            store.await("/stats/outstanding", Integer.toString(PlanningWork.AUTO));
            store.await("/req/1/job", Integer.toString(PlanningWork.AUTO - 1));
            gate.end();
            assertDone("1", PlanningWork.AUTO);
            planner.assertTiles(PlanningWork.AUTO);
            assertFalse(pod.died());
        }
    }

    @Test
    void request_thatAsksForHexOrForOneJobBeginsWithoutAPlan() throws Exception {
        gate.end();
        store.put("/req/hex/split", "hex").request("hex", 3).request("one", 1);
        try (Pod pod = pod("pod-1").start()) {
            assertDone("hex", 3);
            assertDone("one", 1);
            assertEquals(0, planner.plannings());
            assertFalse(store.get("/done/hex/summary").contains("planned"));
            assertFalse(store.has("/done/hex/plan"));
            assertEquals("54", store.get("/done/hex/0/range/end"));
            assertFalse(pod.died());
        }
    }

    @Test
    void request_thatNeedsAPlanIsLeftToAPodThatCanPlan() throws Exception {
        gate.end();
        String id = store.prefix();
        try (Log log = Log.open(); Pod first = store.pod(folder, "pod-1", rows, gate).start()) {
            store.put("/req/" + id + "/split", "list").request(id, 2).request("2", 2);
            assertDone("2", 2);
            store.request("3", 2);
            assertDone("3", 2);
            assertFalse(store.has("/req/" + id + "/run"));
            assertEquals(1, log.lines("WARN", "request " + id + " is left to other pods"));
            try (Pod second = pod("pod-2").start()) {
                assertDone(id, 2);
                assertFalse(first.died() || second.died());
            }
        }
    }

    /** A pod with many requests before it reads again only the one at hand. */
    @Test
    void request_thatComesToNeedAPlanIsLeftAloneByAPodThatCannotPlan() throws Exception {
        AtomicBoolean edited = new AtomicBoolean();
        Pod.Work work = (conf, stored) -> conf.request().equals("first") && !edited.get() ? Pod.Work.Next.NOT_YET
                : Pod.Work.Next.END;
        store.request("first", 1).request("edited", 2);
        for (int i = 0; i < 100; i++) {
            store.request("other-" + i, 1);
        }
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start()) {
            store.await("/wip/first/0/host", "pod-1");
            store.put("/req/edited/job", "auto");
            edited.set(true);
            for (int i = 0; i < 100; i++) {
                assertDone("other-" + i, 1);
            }
            assertFalse(store.has("/req/edited/error") || store.has("/req/edited/run"));
            assertFalse(pod.died());
        }
    }

    @Test
    void otherRequests_areWorkedOnMeanwhileAndWaitingPodsJoinWhenTheRunBegins() throws Exception {
        planner.hold();
        Gate other = new Gate();
        other.end();
        Pod.Work second = (conf, stored) -> (conf.request().equals("1") ? gate : other).next(conf, stored);
        try (Pod one = pod("pod-1", "LEASE_SECONDS", "60").start()) {
            store.request("1", 2).await("/req/1/plan/host", "pod-1");
            try (Pod two = store.pod(folder, "pod-2", rows, second).start()) {
                store.request("2", 2);
                assertDone("2", 2);
                store.await("/stats/outstanding", "1");
                planner.letGo();
                store.await("/wip/1/1/host", "pod-2");
                assertEquals("pod-1", store.get("/wip/1/0/host"));
                gate.end();
                assertDone("1", 2);
                assertFalse(one.died() || two.died());
            }
        }
    }

    @Test
    void request_thatItsUserEditsInMidPlanIsPlannedAgain() throws Exception {
        planner.hold();
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2).await("/req/1/plan/host", "pod-1");
            store.await("it is planned", () -> planner.planned() != null);
            store.put("/req/1/job", "3").put("/req/1/root", "other");
            store.await("it is planned again", () -> "other/".equals(planned().root()));
            assertEquals(3, planned().plan().jobs());
            planner.letGo();
            gate.end();
            assertDone("1", 3);
            planner.assertTiles(3);
            assertFalse(pod.died());
        }
    }

    /** The plan is there already, and its ranges are being entered. */
    @Test
    void request_thatItsUserEditsAfterThePlanDoesNotBeginWithIt() throws Exception {
        Held waiting = Held.waiting("begin");
        try (Pod pod = pod("pod-1").start(waiting, step -> {})) {
            store.request("1", 2);
            store.await("it begins", waiting::holds);
            store.put("/req/1/job", "3");
            waiting.letGo();
            gate.end();
            assertDone("1", 3);
            planner.assertTiles(3);
            assertEquals(2, planner.plannings());
            assertFalse(pod.died());
        }
    }

    /** Otherwise the run would begin with jobs whose names nobody knows. */
    @Test
    void request_whoseRangesAreDeletedBeforeItBeginsIsPlannedAgain() throws Exception {
        Held waiting = Held.waiting("begin");
        try (Pod pod = pod("pod-1").start(waiting, step -> {})) {
            store.request("1", 2);
            store.await("it begins", waiting::holds);
            store.delete("/wip/1/");
            waiting.letGo();
            gate.end();
            assertDone("1", 2);
            planner.assertTiles(2);
            assertEquals(2, planner.plannings());
            assertFalse(pod.died());
        }
    }

    @Test
    void confThatIsSpoiltInMidPlan_costsTheFirstJobNothing() throws Exception {
        Held waiting = Held.waiting("begin");
        try (Pod pod = pod("pod-1").start(waiting, step -> {})) {
            store.request("1", 2);
            store.await("it begins", waiting::holds);
            store.put("/conf/s3_region", "no region");
            waiting.letGo();
            store.await("the first job is given back", () -> store.has("/wip/1/0/released"));
            store.delete("/conf/s3_region");
            gate.end();
            assertDone("1", 2);
            assertFalse(store.has("/wip/1/0/failures") || pod.died());
        }
    }

    @Test
    void request_thatItsUserDeletesInMidPlanLeavesNothing() throws Exception {
        planner.hold();
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2).await("/req/1/plan/host", "pod-1");
            store.await("it is planned", () -> planner.planned() != null);
            store.delete("/req/1/");
            store.await("it is swept", () -> !pod.directory().has(PodFile.CONF));
            store.await("/stats/outstanding", "0");
            assertTrue(store.all().below("/req/").isEmpty() && store.all().below("/wip/").isEmpty());
            planner.letGo();
            gate.end();
            store.request("2", 2);
            assertDone("2", 2);
            assertFalse(pod.died());
        }
    }

    @Test
    void ranges_ofARunThatIsCancelledAreClearedAway() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2).await("/wip/1/0/host", "pod-1");
            assertTrue(store.has("/wip/1/ranges/0"));
            store.delete("/req/1/");
            store.await("it is cleared", () -> store.all().below("/wip/").isEmpty());
            assertFalse(pod.died());
        }
    }

    @Test
    void refusal_restsTheRequestAndNoOther() throws Exception {
        Pod.Work refused = new RefusedPlan(planner, "1");
        store.request("1", 2).request("2", 2);
        gate.end();
        planner.fail(GiveUp.root("AccessDenied"));
        try (Pod pod = store.pod(folder, "pod-1", rows, refused).start()) {
            assertDone("2", 2);
            store.await("the reason", () -> store.has("/req/1/plan/failures"));
            assertTrue(store.get("/req/1/plan/failures").contains("AccessDenied"));
            store.await("it is given back", () -> !store.has("/req/1/plan/id"));
            planner.fail(null);
            assertDone("1", 2);
            assertFalse(pod.died());
        }
    }

    /** The plan of one request fails as the test lets it; that of others does not. */
    private record RefusedPlan(PlanningWork planner, String request) implements Pod.Work {
        @Override
        public boolean plans() {
            return true;
        }

        @Override
        public Optional<PlanFin> plan(Conf conf) throws GiveUp {
            return conf.request().equals(request) ? planner.plan(conf) : new PlanningWork(planner).plan(conf);
        }

        @Override
        public Next next(Conf conf, long stored) throws GiveUp {
            return planner.next(conf, stored);
        }
    }

    @Test
    void request_thatCannotBePlannedGetsThePublishedRangesUnlessItAsksForAList() throws Exception {
        gate.end();
        planner.fail(GiveUp.job("no reason"));
        store.put("/req/list/split", "list").request("list", 2).request("auto", 2);
        try (Pod pod = store.pod(folder, "pod-1", rows, planner, "MAX_ATTEMPTS", "2").start()) {
            assertDone("auto", 2);
            assertEquals("7f", store.get("/done/auto/0/range/end"));
            store.await("the reason is there", () -> store.has("/req/list/error"));
            assertEquals("cannot be planned: put right what follows, and then delete this key: no reason",
                    store.get("/req/list/error"));
            store.await("/stats/outstanding", "0");
            planner.fail(null);
            store.request("another", 2);
            assertDone("another", 2);
            assertTrue(store.all().below("/req/list/plan/").isEmpty());
            assertFalse(store.has("/req/list/run"));
            store.delete("/req/list/error");
            assertDone("list", 2);
            assertTrue(store.get("/done/list/0/range/end").startsWith("IMG_00000_"));
            assertFalse(pod.died());
        }
    }

    /** As jobs whose pods are lost. */
    @Test
    void request_whosePlannersAreLostAgainAndAgainIsParked() throws Exception {
        store.put("/req/1/split", "list").put("/req/1/plan/id", "planning").put("/req/1/plan/failures",
                "{\"gaveUp\":0,\"lost\":5,\"reason\":\"its pod was lost\"}").request("1", 2);
        try (Pod pod = store.pod(folder, "pod-1", rows, planner, "MAX_ATTEMPTS", "2", "EXIT_WHEN_IDLE", "true")
                .start()) {
            assertEquals(Program.JOBS_PARKED, pod.exitCode());
            assertTrue(store.get("/req/1/error").contains("its pod was lost"), store.get("/req/1/error"));
            assertTrue(store.all().below("/req/1/plan/").isEmpty());
            assertEquals(0, planner.plannings());
        }
    }

    @Test
    void pod_thatEndsInMidPlanGivesThePlanBackAtOnce() throws Exception {
        planner.hold();
        store.request("1", 2);
        try (Pod first = store.pod(folder, "pod-1", rows, planner, "LEASE_SECONDS", "3600").start()) {
            store.await("it is planned", () -> planner.planned() != null);
            first.terminate().exitCode();
            assertFalse(store.has("/req/1/plan/id") || store.has("/req/1/plan/host"));
            planner.letGo();
            gate.end();
            try (Pod second = pod("pod-2").start()) {
                assertDone("1", 2);
                assertFalse(second.died());
            }
        }
    }

    @Test
    void initPod_thatIsStartedAgainInMidPlanGoesOnWithThePlan() throws Exception {
        planner.hold();
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2);
            store.await("it is planned", () -> planner.planned() != null);
            String id = store.get("/req/1/plan/id");
            pod.killInit();
            planner.letGo();
            store.await("plan.json", () -> pod.directory().has(PodFile.PLAN));
            pod.start();
            gate.end();
            assertDone("1", 2);
            assertEquals(id, planned().id().run());
            assertEquals(1, planner.plannings());
            planner.assertTiles(2);
            assertFalse(pod.died());
        }
    }

    /** Otherwise the lease would have to end, and the planner would count as lost. */
    @ParameterizedTest
    @ValueSource(strings = {"job", "bucket"})
    void initPod_thatIsStartedAgainAfterAnEditGivesThePlanBackAtOnce(String edited) throws Exception {
        planner.hold();
        store.put("/req/1/bucket", "another").request("1", 2);
        try (Pod pod = store.pod(folder, "pod-1", rows, planner, "LEASE_SECONDS", "3600").start()) {
            store.await("it is planned", () -> planner.planned() != null);
            String id = store.get("/req/1/plan/id");
            pod.killInit();
            if (edited.equals("job")) {
                store.put("/req/1/job", "3");
            } else {
                store.delete("/req/1/bucket");
            }
            pod.start();
            store.await("it is planned again", () -> !planned().id().run().equals(id));
            assertEquals(edited.equals("job") ? "another" : "b", planned().s3().bucket());
            assertFalse(store.has("/req/1/plan/failures"));
            planner.letGo();
            gate.end();
            assertDone("1", edited.equals("job") ? 3 : 2);
            assertFalse(pod.died());
        }
    }

    @Test
    void request_whosePlannerIsLostIsPlannedByAnotherPod() throws Exception {
        planner.hold();
        store.request("1", 2);
        try (Pod first = pod("pod-1").start()) {
            store.await("it is planned", () -> planner.planned() != null);
            first.kill();
        }
        planner.letGo();
        gate.end();
        try (Pod second = pod("pod-2").start()) {
            assertDone("1", 2);
            planner.assertTiles(2);
            assertFalse(second.died());
        }
    }

    /** The ranges of two plannings never stand together: those of the first, frozen one come too late. */
    @Test
    void planner_thatWakesLateWritesNothing() throws Exception {
        Held late = Held.waiting("enter ranges 1");
        int jobs = 101;
        store.request("1", jobs);
        try (Pod first = pod("pod-1").start(late, step -> {}); Pod second = pod("pod-2")) {
            store.await("it has entered some", () -> late.holds() && store.has("/wip/1/ranges/0"));
            store.delete("/req/1/plan/host");
            second.start();
            store.await("/wip/1/0/host", "pod-2");
            String ranges = store.get("/wip/1/ranges/1");
            assertTrue(ranges.contains("IMG_00100_2"), ranges);
            late.letGo();
            gate.end();
            assertDone("1", jobs);
            planner.assertTiles(jobs);
            assertEquals("IMG_00100_2", store.get("/done/1/100/range/start"));
            assertFalse(first.died() || second.died());
        }
    }

    @Test
    void ranges_ofTheLongestNamesFitIntoEtcd() throws Exception {
        int jobs = 4096;
        planner.cutsAt((planning, job) -> "%04d".formatted(job) + "x".repeat(1019));
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", jobs).await("/wip/1/0/host", "pod-1");
            assertEquals(41, store.all().below("/wip/1/ranges/").size());
            assertTrue(store.all().below("/wip/1/ranges/").values().stream()
                    .allMatch(key -> key.value().getBytes(StandardCharsets.UTF_8).length < 1 << 20));
            assertEquals(planner.cut(1, 1), store.get("/wip/1/0/range/before"));
            gate.end();
            store.await("some are done", () -> store.has("/done/1/9/host"));
            assertEquals(planner.cut(1, 9), store.get("/done/1/9/range/start"));
            store.delete("/req/1/");
            store.await("it is cleared", () -> store.all().below("/wip/").isEmpty());
            assertFalse(pod.died());
        }
    }

    @Test
    void jobsOfAPlan_thatSeveralPodsClaimTileAllNames() throws Exception {
        int jobs = 300;
        gate.end();
        store.request("1", 1).put("/req/1/job", Integer.toString(jobs));
        String[] lease = {"LEASE_SECONDS", "60"}; // or another pod plans too, if the machine stands still for 5 s
        try (Pod one = pod("pod-1", lease).start(); Pod two = pod("pod-2", lease).start();
                Pod three = pod("pod-3", lease).start()) {
            assertDone("1", jobs);
            planner.assertTiles(jobs);
            assertEquals(1, planner.plannings());
            assertFalse(Stream.of(one, two, three).anyMatch(Pod::died));
        }
    }

    @Test
    void podThatDrains_waitsForThePlanOfAnother() throws Exception {
        planner.hold();
        store.request("1", 2);
        try (Pod first = pod("pod-1", "LEASE_SECONDS", "60").start()) {
            store.await("it is planned", () -> planner.planned() != null);
            try (Pod drains = store.pod(folder, "pod-2", rows, planner, "EXIT_WHEN_IDLE", "true").start()) {
                store.await("/stats/outstanding", "1");
                store.request("2", 1).await("/wip/2/0/host", "pod-2");
                gate.end();
                store.await("2 is done", () -> store.has("/done/2/summary"));
                assertFalse(drains.ended());
                planner.letGo();
                assertEquals(0, drains.exitCode());
                assertTrue(store.has("/done/1/summary"));
                assertFalse(first.died());
            }
        }
    }

    /** Its ranges are gone for ever, but no pod ends for it, and other requests go on. */
    @Test
    void run_whoseRangesAUserHasDeletedWaitsForItsUser() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 300).await("/wip/1/0/host", "pod-1");
            store.delete("/wip/1/ranges/");
            gate.end();
            store.await("the error is there", () -> store.has("/req/1/error"));
            assertTrue(store.get("/req/1/error").contains("lacks the range of job"), store.get("/req/1/error"));
            store.request("2", 2);
            assertDone("2", 2);
            assertFalse(pod.died());
        }
    }

    private Conf planned() {
        store.await("it is planned", () -> planner.planned() != null);
        return planner.planned();
    }

    private List<String> range(String job) throws Exception {
        return List.of(store.get(job + "range/start"), store.get(job + "range/end"), store.get(job + "range/before"));
    }

    private void assertDone(String id, int jobs) throws Exception {
        store.await(id + " is done", () -> store.has("/done/" + id + "/summary"));
        assertEquals(jobs, Json.read(store.get("/done/" + id + "/summary"), Summary.class).jobs());
        store.await("nothing is left of " + id, () -> store.all().below("/wip/" + id + "/").isEmpty()
                && store.all().below("/req/" + id + "/").isEmpty());
    }

    private Pod pod(String host, String... more) throws Exception {
        return store.pod(folder, host, rows, planner, more);
    }
}
