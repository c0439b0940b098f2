package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Log;
import filehash.init.tree.Summary;
import filehash.job.Plan;
import filehash.pod.PodFile;
import filehash.program.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Totals that are counted beside the work, because the plan was an estimate. */
@Execution(ExecutionMode.CONCURRENT)
class CountIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final Gate gate = new Gate();
    private final PlanningWork planner = new PlanningWork(gate).estimatesHex();

    @AfterEach
    void check() throws Exception {
        History.check(store);
    }

    @Test
    void totals_takeThePlaceOfTheEstimate() throws Exception {
        try (Pod pod = begun()) {
            assertEquals(new Summary.Planned(20, 200, false), planned("/req/1/plan"));
            pod.directory().write(PodFile.COUNT, planner.counted(7));
            store.await("they are entered", () -> planned("/req/1/plan").complete());
            store.await("count.json is removed", () -> !pod.directory().has(PodFile.COUNT));
            gate.end();
            store.await("it is done", () -> store.has("/done/1/summary"));
            Summary.Planned exact = new Summary.Planned(7, 70, true);
            assertEquals(exact, planned("/done/1/plan"));
            assertEquals(exact, Json.read(store.get("/done/1/summary"), Summary.class).planned());
            assertFalse(pod.died());
        }
    }

    @Test
    void totals_ofAPlanningBeforeAreNotEntered() throws Exception {
        gate.end();
        try (Pod pod = begun()) {
            store.await("it is done", () -> store.has("/done/1/summary"));
            gate.goOn();
            pod.directory().write(PodFile.COUNT, planner.counted(8));
            store.request("2", 2).await("/wip/2/0/host", "pod-1");
            pod.directory().write(PodFile.COUNT, planner.counted(9));
            store.await("they are entered", () -> planned("/req/2/plan").complete());
            assertEquals(new Summary.Planned(9, 90, true), planned("/req/2/plan"));
            assertFalse(pod.died());
        }
    }

    @Test
    void totals_thatComeAfterTheRunHasEndedLeaveNoKeys() throws Exception {
        try (Pod pod = begun()) {
            store.delete("/req/1/");
            store.await("its keys are gone", () -> store.all().below("/wip/").isEmpty());
            pod.directory().write(PodFile.COUNT, planner.counted(7));
            store.await("count.json is removed", () -> !pod.directory().has(PodFile.COUNT));
            assertTrue(store.all().below("/req/").isEmpty());
            assertFalse(pod.died());
        }
    }

    /** The fetcher has ended the count. One job needs no plan. */
    @Test
    void totals_areAwaitedUntilThePodWorksOnAnotherRun() throws Exception {
        gate.end();
        try (Log log = Log.open(); Pod pod = begun()) {
            store.await("it is done", () -> store.has("/done/1/summary"));
            gate.goOn();
            store.request("2", 1);
            store.await("they are awaited no more", () -> log.text().contains(
                    "the totals stay an estimate: this pod works on another run"));
            gate.end();
            store.await("the other is done", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
        }
    }

    /** A process that did not begin the run knows nothing of its count. */
    @Test
    void totals_stayAnEstimateIfInitPodDies() throws Exception {
        try (Pod pod = begun()) {
            pod.killInit();
            pod.directory().write(PodFile.COUNT, planner.counted(7));
            pod.start();
            store.await("count.json is removed", () -> !pod.directory().has(PodFile.COUNT));
            gate.end();
            store.await("it is done", () -> store.has("/done/1/summary"));
            assertFalse(planned("/done/1/plan").complete());
            assertFalse(pod.died());
        }
    }

    private Pod begun() throws Exception {
        Pod pod = store.pod(folder, "pod-1", new FakeRows(), planner).start();
        store.request("1", 2).await("it is begun", () -> store.has("/req/1/plan") || store.has("/done/1/plan"));
        return pod;
    }

    private Summary.Planned planned(String key) throws Exception {
        Plan plan = Json.read(store.get(key), Plan.class);
        return new Summary.Planned(plan.total().objects(), plan.total().bytes(), plan.complete());
    }
}
