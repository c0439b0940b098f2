package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.tree.Failures;
import filehash.init.tree.Summary;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import filehash.program.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every transaction and call of init-pod, with the process dying before and after it, and with its answer lost: then
 * the container starts again, or another pod comes. In the end all is done once, and at no revision anything was wrong.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultsIT {
    private static final int OBJECTS = 2;

    @TempDir
    Path folder;
    private final FakeRows rows = new FakeRows();
    private final AtomicInteger pods = new AtomicInteger();
    private Faults faults;

    /** @param dies whether the whole pod dies with init-pod, or only the container */
    record Trial(String call, int skip, Faults.Kind kind, boolean dies) {
        static List<Trial> of(String call, int... skips) {
            List<Trial> trials = new ArrayList<>();
            for (int skip : skips) {
                for (Faults.Kind kind : Faults.Kind.values()) {
                    trials.add(new Trial(call, skip, kind, false));
                    if (kind.name().startsWith("DIES")) {
                        trials.add(new Trial(call, skip, kind, true));
                    }
                }
            }
            return trials;
        }

        boolean deadly() {
            return kind.name().startsWith("DIES");
        }
    }

    static List<Trial> ofARequest() {
        List<Trial> trials = new ArrayList<>(Trial.of("read", 0, 1, 2, 3, 5, 8));
        trials.addAll(Trial.of("grant", 0));
        trials.addAll(Trial.of("begin", 0));
        trials.addAll(Trial.of("claim", 0, 1));
        trials.addAll(Trial.of("finish", 0, 1, 2));
        trials.addAll(Trial.of("write", 0, 1));
        return trials;
    }

    @ParameterizedTest
    @MethodSource("ofARequest")
    void request_isDoneOnce(Trial trial) throws Exception {
        try (Store store = Store.create(); Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
            store.request("1", 3);
            recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 3));
        }
    }

    /** Its job is entered without a read before. */
    static List<Trial> ofARequestOfOneJob() {
        return Trial.of("finish", 0);
    }

    @ParameterizedTest
    @MethodSource("ofARequestOfOneJob")
    void requestOfOneJob_isDoneOnce(Trial trial) throws Exception {
        try (Store store = Store.create(); Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
            store.request("1", 1);
            recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 1));
        }
    }

    static List<Trial> ofAWebhook() {
        return Stream.of("finish", "try webhook", "enter webhook").flatMap(call -> Trial.of(call, 0).stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("ofAWebhook")
    void summary_isPostedAtLeastOnceAndItsMarkIsGone(Trial trial) throws Exception {
        try (Receiver receiver = Receiver.open(); Store store = Store.create()) {
            store.put("/conf/webhook_url", receiver.url());
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                store.request("1", 1);
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> {
                    assertDone(store, 1);
                    store.await("/done/1/webhook is written", () -> store.has("/done/1/webhook"));
                    store.awaitGone("/done//webhook/1");
                    assertTrue(!receiver.messages().isEmpty());
                    assertEquals(1, receiver.messages().stream().map(Receiver.Message::body).distinct().count());
                });
            }
        }
    }

    static List<Trial> ofACancellation() {
        return Trial.of("cancel request", 0);
    }

    @ParameterizedTest
    @MethodSource("ofACancellation")
    void request_isCancelledOnce(Trial trial) throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(OBJECTS).next(conf, stored)
                : Pod.Work.Next.NOT_YET;
        try (Store store = Store.create(); Pod pod = pod(store, work, trial)) {
            store.request("1", 3).await("one is done", () -> store.has("/wip/1/1/host"));
            store.put("/req/1/cancel", "");
            recover(store, pod, work, trial, () -> {
                store.await("it is cancelled", () -> store.has("/done/1/cancelled"));
                Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
                assertEquals(1, summary.cancelled().jobsDone());
                assertEquals(OBJECTS, summary.tally().files());
                store.await("/stats/outstanding", "0");
                store.await("/wip/ and /req/ are empty",
                        () -> store.all().below("/wip/").isEmpty() && store.all().below("/req/").isEmpty());
            });
        }
    }

    static List<Trial> ofAPause() {
        return Trial.of("give back", 0);
    }

    @ParameterizedTest
    @MethodSource("ofAPause")
    void request_thatWasPausedIsDoneOnceItIsResumed(Trial trial) throws Exception {
        Gate gate = new Gate().rows(1);
        try (Store store = Store.create(); Pod pod = pod(store, gate, trial)) {
            store.request("1", 2).await("it has stored", () -> store.has("/wip/1/0/last_filename"));
            store.put("/req/1/paused", "").await("it happens", faults::happened);
            store.delete("/req/1/paused");
            gate.rows(OBJECTS).end();
            recover(store, pod, gate, trial, () -> assertDone(store, 2));
        }
    }

    static List<Trial> ofALimit() {
        return Trial.of("share", 0);
    }

    @ParameterizedTest
    @MethodSource("ofALimit")
    void request_isDoneOnceWithALimit(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            store.put("/conf/max_requests_per_second", "10");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                store.request("1", 1);
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 1));
            }
        }
    }

    static List<Trial> ofTending() {
        return Stream.of("tend", "report pod").flatMap(call -> Trial.of(call, 0).stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("ofTending")
    void progress_isReportedAndTheJobDoneOnce(Trial trial) throws Exception {
        faults = new Faults(trial.call, trial.skip, trial.kind);
        Pod.Work work = (conf, stored) -> stored < 1 ? Pod.Work.Next.ROW
                : !faults.happened() ? Pod.Work.Next.NOT_YET : Pod.Work.objects(OBJECTS).next(conf, stored);
        try (Store store = Store.create();
                Pod pod = store.pod(folder, "pod-" + pods.incrementAndGet(), rows, work).start(faults)) {
            store.request("1", 1);
            store.await("it happens", faults::happened);
            recover(store, pod, work, trial, () -> assertDone(store, 1));
        }
    }

    static List<Trial> ofAPlan() {
        List<Trial> trials = new ArrayList<>(Trial.of("read", 3, 4, 5, 6));
        for (String call : List.of("grant", "plan", "enter ranges", "begin", "claim", "finish")) {
            trials.addAll(Trial.of(call, 0));
        }
        trials.addAll(Trial.of("finish", 2));
        return trials;
    }

    @ParameterizedTest
    @MethodSource("ofAPlan")
    void plannedRequest_isDoneOnceWithTheRangesOfOnePlan(Trial trial) throws Exception {
        PlanningWork planner = new PlanningWork(Pod.Work.objects(OBJECTS));
        try (Store store = Store.create(); Pod pod = pod(store, planner, trial)) {
            store.request("1", 3);
            recover(store, pod, planner, trial, () -> assertPlannedAndDone(store, planner));
        }
    }

    static List<Trial> ofAHeldPlan() {
        return Trial.of("tend plan", 0);
    }

    @ParameterizedTest
    @MethodSource("ofAHeldPlan")
    void planning_thatLostItsHostKeyIsBoundAgain(Trial trial) throws Exception {
        PlanningWork planner = new PlanningWork(Pod.Work.objects(OBJECTS)).hold();
        try (Store store = Store.create(); Pod pod = pod(store, planner, trial)) {
            store.request("1", 3);
            store.await("it is planned", () -> planner.planned() != null);
            store.delete("/req/1/plan/host");
            store.await("it happens", faults::happened);
            planner.letGo();
            recover(store, pod, planner, trial, () -> assertPlannedAndDone(store, planner));
        }
    }

    static List<Trial> ofAnEstimate() {
        return Trial.of("enter estimate", 0);
    }

    @ParameterizedTest
    @MethodSource("ofAnEstimate")
    void estimate_isEnteredAndBeginsNothingBeforeItsJobIsPut(Trial trial) throws Exception {
        PlanningWork planner = new PlanningWork(Pod.Work.objects(OBJECTS));
        try (Store store = Store.create(); Pod pod = pod(store, planner, trial)) {
            store.put("/req/1/root", "photos").put("/req/1/method", "md5").put("/req/1/estimate", "3");
            recover(store, pod, planner, trial, () -> {
                store.await("the plan", () -> store.has("/req/1/plan"));
                store.await("/stats/outstanding", "0");
                assertFalse(store.has("/req/1/run") || store.has("/req/1/plan/id") || store.has("/wip/1/ranges/0"));
                store.request("1", 3);
                assertPlannedAndDone(store, planner);
            });
        }
    }

    static List<Trial> ofARefusedPlan() {
        return Trial.of("drop plan", 0);
    }

    @ParameterizedTest
    @MethodSource("ofARefusedPlan")
    void planning_thatFailedIsGivenBackAndMadeAgain(Trial trial) throws Exception {
        PlanningWork planner = new PlanningWork(Pod.Work.objects(OBJECTS));
        planner.fail(GiveUp.root("AccessDenied"));
        try (Store store = Store.create(); Pod pod = pod(store, planner, trial)) {
            store.request("1", 3);
            store.await("it happens", faults::happened);
            planner.fail(null);
            recover(store, pod, planner, trial, () -> assertPlannedAndDone(store, planner));
        }
    }

    static List<Trial> ofTotals() {
        return Trial.of("enter totals", 0);
    }

    /** They are entered, or stay an estimate. */
    @ParameterizedTest
    @MethodSource("ofTotals")
    void runWhoseTotalsAreCountedBesideTheWork_isDoneOnce(Trial trial) throws Exception {
        Gate gate = new Gate().rows(OBJECTS);
        PlanningWork planner = new PlanningWork(gate).estimatesHex();
        try (Store store = Store.create(); Pod pod = pod(store, planner, trial)) {
            store.request("1", 3);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            pod.directory().write(PodFile.COUNT, planner.counted(7));
            store.await("it happens", faults::happened);
            gate.end();
            recover(store, pod, planner, trial, () -> assertDone(store, 3));
        }
    }

    private void assertPlannedAndDone(Store store, PlanningWork planner) throws Exception {
        assertDone(store, 3);
        planner.assertTiles(3);
        assertTrue(store.get("/done/1/0/range/end").startsWith("IMG_"));
        assertTrue(store.has("/done/1/plan"));
    }

    static List<Trial> ofATakeover() {
        return Trial.of("take over", 0);
    }

    @ParameterizedTest
    @MethodSource("ofATakeover")
    void orphan_isTakenOverAndDoneOnce(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ofATakeover")
    void orphan_thatWasLostTooOftenIsParkedOnce(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            store.put("/wip/1/0/failures", Json.write(new Failures(1, 14, "no reason")));
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> {
                    store.await("/req/1/left", "1");
                    store.await("/wip/1/0/error", Json.write(new Failures(1, 15, "no reason")));
                    store.await("/stats/outstanding", "0");
                    store.delete("/wip/1/0/error");
                    assertDone(store, 2);
                });
            }
        }
    }

    static List<Trial> ofAFailure() {
        return Trial.of("give back", 0, 4);
    }

    @ParameterizedTest
    @MethodSource("ofAFailure")
    void failure_isCountedOnceAndTheJobParkedAfterFive(Trial trial) throws Exception {
        List<Conf> failed = new ArrayList<>();
        Pod.Work work = (conf, stored) -> {
            if (conf.id().job() == 1 && failed.size() < 5) {
                failed.add(conf);
                throw GiveUp.job("no reason");
            }
            return Pod.Work.objects(OBJECTS).next(conf, stored);
        };
        try (Store store = Store.create(); Pod pod = pod(store, work, trial)) {
            store.request("1", 2);
            int uncounted = trial.dies && trial.kind == Faults.Kind.DIES_BEFORE ? 1 : 0;
            recover(store, pod, work, trial, () -> {
                if (uncounted == 0) {
                    store.await("/wip/1/1/error", Json.write(new Failures(5, 0, "no reason")));
                    store.await("/req/1/left", "1");
                    store.await("/stats/outstanding", "0");
                    store.delete("/wip/1/1/error");
                }
                assertDone(store, 2);
            });
            assertEquals(5, failed.size());
        }
    }

    static List<Trial> ofADeletion() {
        return Trial.of("restore", 0);
    }

    @ParameterizedTest
    @MethodSource("ofADeletion")
    void deletedJob_isRestoredAndDoneOnce(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            store.delete("/wip/1/0/");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 2));
            }
        }
    }

    static List<Trial> ofACorrection() {
        return Trial.of("count left", 0);
    }

    /** A user has broken the rule that History checks for left. */
    @ParameterizedTest
    @MethodSource("ofACorrection")
    void left_thatAUserMadeTooLargeIsCorrectedAndTheRequestEndsOnce(Trial trial) throws Exception {
        Pod.Work one = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(OBJECTS).next(conf, stored)
                : Pod.Work.Next.NOT_YET;
        try (Store store = Store.create()) {
            store.request("1", 2);
            try (Pod first = store.pod(folder, "pod-" + pods.incrementAndGet(), rows, one).start()) {
                store.await("one is done", () -> "1".equals(store.get("/req/1/left")) && store.has("/wip/1/1/host"));
                first.kill();
            }
            store.put("/req/1/left", "2").delete("/wip/1/1/host");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                bringBack(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 2));
            }
        }
    }

    static List<Trial> ofUpkeep() {
        List<Trial> trials = new ArrayList<>(Trial.of("judge", 0, 1));
        trials.addAll(Trial.of("clear", 0));
        return trials;
    }

    @ParameterizedTest
    @MethodSource("ofUpkeep")
    void badRequest_isReportedCorrectedAndDoneAndADeadRunCleared(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            store.delete("/req/1/");
            store.put("/req/1/root", "photos").put("/req/1/method", "CRC32").put("/req/1/job", "1");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                if (trial.skip == 1) { // it happens when the request is corrected
                    store.await("the error is written", () -> store.get("/req/1/error").contains("CRC32"));
                    store.put("/req/1/method", "MD5");
                }
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> {
                    store.await("the error is written",
                            () -> trial.skip == 1 || store.get("/req/1/error").contains("CRC32"));
                    store.put("/req/1/method", "MD5");
                    assertDone(store, 1);
                });
            }
        }
    }

    static List<Trial> ofClearing() {
        return Trial.of("clear", 0);
    }

    @ParameterizedTest
    @MethodSource("ofClearing")
    void jobsOfAVanishedRequest_areClearedAway(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            store.delete("/req/1/");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> {
                    store.await("cleared", () -> store.all().below("/wip/").isEmpty());
                    store.await("/stats/outstanding", "0");
                });
            }
        }
    }

    /** The key that shows when the run began is younger than the jobs below /wip: they belong to an earlier run. */
    @ParameterizedTest
    @MethodSource("ofClearing")
    void jobsOfADeadRun_areClearedAwayAndDoneOnce(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            String run = store.get("/req/1/run");
            store.delete("/req/1/run").put("/req/1/run", run);
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ofClearing")
    void orphan_withBrokenKeysIsClearedAwayAndDoneOnce(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            store.put("/wip/1/0/run", "a user's hand");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> assertDone(store, 2));
            }
        }
    }

    static List<Trial> ofACollision() {
        return Trial.of("report request", 0);
    }

    @ParameterizedTest
    @MethodSource("ofACollision")
    void collision_isReportedAndTheJobDoneOnceItsKeysAreFree(Trial trial) throws Exception {
        try (Store store = Store.create()) {
            leaveAnOrphan(store);
            store.put("/wip/1/1/run", "a user's hand");
            try (Pod pod = pod(store, Pod.Work.objects(OBJECTS), trial)) {
                recover(store, pod, Pod.Work.objects(OBJECTS), trial, () -> {
                    store.await("the error is written", () -> store.get("/req/1/error").contains("/wip/1/1/ or "));
                    store.await("all else is done", () -> "1".equals(store.get("/req/1/left")));
                    store.delete("/wip/1/1/").delete("/req/1/error");
                    assertDone(store, 2);
                });
            }
        }
    }

    /** All changes of the shared directory; the first start sweeps it too. */
    static List<Trial> ofTheDirectory() {
        List<Trial> trials = new ArrayList<>(List.of(new Trial("say stop", 0, Faults.Kind.DIES_BEFORE, false)));
        for (int skip : new int[] {0, 1}) {
            Siblings.SWEPT.forEach(
                    file -> trials.add(new Trial("remove " + file.name(), skip, Faults.Kind.DIES_BEFORE, false)));
            trials.add(new Trial("sweep files", skip, Faults.Kind.DIES_BEFORE, false));
        }
        return trials;
    }

    @ParameterizedTest
    @MethodSource("ofTheDirectory")
    void directory_isEmptyAndAllDoneOnceAfterAJobThatIsDone(Trial trial) throws Exception {
        assertSwept(trial, new AtomicInteger(1));
    }

    @ParameterizedTest
    @MethodSource("ofTheDirectory")
    void directory_isEmptyAndAllDoneOnceAfterAJobThatGaveUp(Trial trial) throws Exception {
        assertSwept(trial, new AtomicInteger());
    }

    private void assertSwept(Trial trial, AtomicInteger attempts) throws Exception {
        String host = "pod-" + (pods.get() + 1);
        Path root = folder.resolve(host);
        Pod.Work work = (conf, stored) -> {
            leaveAFile(root.resolve("files/left.part"));
            if (attempts.getAndIncrement() == 0) {
                throw GiveUp.job("no reason");
            }
            return Pod.Work.objects(OBJECTS).next(conf, stored);
        };
        try (Store store = Store.create()) {
            store.request("1", 2);
            try (Pod pod = pod(store, work, trial)) {
                recover(store, pod, work, trial, () -> {
                    assertDone(store, 2);
                    store.await("swept", () -> {
                        try (Stream<Path> left = Files.walk(root)) {
                            return left.filter(file -> !file.toString().matches(".*\\.(alive|lock)")).sorted().toList()
                                    .equals(List.of(root, root.resolve("files")));
                        }
                    });
                });
            }
        }
    }

    private static void leaveAFile(Path file) {
        try {
            Files.writeString(file, "left");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What must hold in the end. */
    private interface Check {
        void run() throws Exception;
    }

    private Pod pod(Store store, Pod.Work work, Trial trial) throws Exception {
        faults = new Faults(trial.call, trial.skip, trial.kind);
        return store.pod(folder, "pod-" + pods.incrementAndGet(), rows, work).start(faults);
    }

    /** Waits for the fault, restarts what died, and checks the result and all that was ever written. */
    private void recover(Store store, Pod pod, Pod.Work work, Trial trial, Check check) throws Exception {
        bringBack(store, pod, work, trial, check);
        History.check(store);
    }

    private void bringBack(Store store, Pod pod, Pod.Work work, Trial trial, Check check) throws Exception {
        if (trial.deadly()) {
            store.await("it dies", pod::died);
            if (trial.dies) {
                pod.kill();
                try (Pod other = store.pod(folder, "pod-" + pods.incrementAndGet(), rows, work).start()) {
                    check.run();
                    assertTrue(!other.died());
                }
                return;
            }
            pod.start();
        }
        check.run();
        assertTrue(faults.happened());
        assertTrue(!pod.died());
    }

    /** A request of two jobs, the first of which was claimed by a pod that is gone. */
    private void leaveAnOrphan(Store store) throws Exception {
        Pod.Work never = (conf, stored) -> Pod.Work.Next.NOT_YET;
        try (Pod pod = store.pod(folder, "pod-" + pods.incrementAndGet(), rows, never).start()) {
            store.request("1", 2);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            pod.kill();
        }
        store.delete("/wip/1/0/host");
    }

    private void assertDone(Store store, int jobs) throws Exception {
        store.await("/done/1/ has the summary", () -> store.has("/done/1/summary"));
        Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
        assertEquals(jobs * OBJECTS, summary.tally().files());
        assertEquals(jobs, summary.jobs());
        store.await("/stats/outstanding", "0");
        store.await("/wip/ and /req/ are empty",
                () -> store.all().below("/wip/").isEmpty() && store.all().below("/req/").isEmpty());
    }
}
