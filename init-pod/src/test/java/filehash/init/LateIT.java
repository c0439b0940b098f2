package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.tree.Summary;
import filehash.pod.GiveUp;
import filehash.program.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Transactions that reach etcd after other transactions have changed the keys. */
@Execution(ExecutionMode.CONCURRENT)
class LateIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void claim_whoseJobWasClaimedSinceAndThenDeletedDoesNothing() throws Exception {
        Held late = Held.late("claim");
        Pod.Work work = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(1).next(conf, stored)
                : gate.next(conf, stored);
        try (Pod pod = store.pod(folder, "pod-1", rows, work).start(late, step -> {})) {
            store.request("1", 2).await("/wip/1/1/host", "pod-1");
            assertTrue(late.holds());
            store.delete("/wip/1/1/");
            assertFalse(late.writes());
            gate.rows(1).end();
            assertDone(2);
            assertFalse(pod.died());
        }
    }

    /** Its job has stored rows, so no count of failures distinguishes the two. */
    @Test
    void takeover_whoseJobWasTakenOverSinceDoesNothing() throws Exception {
        Held late = Held.late("take over");
        try (Pod first = pod("pod-1").start(); Pod second = pod("pod-2")) {
            gate.rows(1);
            store.request("1", 1).await("/wip/1/0/last_filename", "1");
            first.kill();
            store.delete("/wip/1/0/host");
            second.start(late, step -> {});
            store.await("/wip/1/0/host", "pod-2");
            assertTrue(late.holds());
            store.delete("/wip/1/0/host");
            assertFalse(late.writes());
            gate.end();
            assertDone(1);
            assertFalse(second.died());
        }
    }

    /** Otherwise a pod that has left its job would seem to work on it. The job is parked, so no pod takes it over. */
    @Test
    void binding_whoseJobWasGivenBackSinceDoesNothing() throws Exception {
        Held late = Held.late("tend");
        try (Pod pod = store.pod(folder, "pod-1", rows, gate, "MAX_ATTEMPTS", "1").start(late, step -> {})) {
            store.request("1", 1).await("/wip/1/0/host", "pod-1");
            store.delete("/wip/1/0/host"); // which the pod writes again
            store.await("it is on its way", late::holds);
            gate.fail(GiveUp.job("no reason"));
            store.await("it is given back", () -> store.has("/wip/1/0/released"));
            assertFalse(late.writes());
            assertFalse(store.has("/wip/1/0/host"));
            gate.succeed();
            gate.rows(1).end();
            store.delete("/wip/1/0/error");
            assertDone(1);
            assertFalse(pod.died());
        }
    }

    @Test
    void finish_thatReadLeftBeforeAnothersWasEnteredCountsOnFromThat() throws Exception {
        Held waiting = Held.waiting("finish");
        Gate other = new Gate();
        try (Pod first = pod("pod-1", "LEASE_SECONDS", "60"); // which it cannot renew while its call is held
                Pod second = store.pod(folder, "pod-2", rows, other)) {
            store.request("1", 2);
            first.start(waiting, step -> {});
            store.await("/wip/1/0/host", "pod-1");
            second.start();
            store.await("/wip/1/1/host", "pod-2");
            gate.rows(1).end();
            store.await("it is on its way", waiting::holds);
            other.rows(1).end();
            store.await("/req/1/left", "1");
            waiting.letGo();
            assertDone(2);
        }
    }

    private void assertDone(int jobs) throws Exception {
        store.await("done", () -> store.has("/done/1/summary"));
        Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
        assertEquals(jobs, summary.jobs());
        assertEquals(jobs, summary.tally().files());
        store.await("/stats/outstanding", "0");
        History.check(store);
    }

    private Pod pod(String host, String... more) throws Exception {
        return store.pod(folder, host, rows, gate, more);
    }
}
