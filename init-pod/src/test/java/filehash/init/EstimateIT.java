package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.init.command.Called;
import filehash.job.Amount;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plan of a folder without the work. */
@Execution(ExecutionMode.CONCURRENT)
class EstimateIT {
    private static final Map<String, Amount> CLASSES =
            Map.of("STANDARD", new Amount(3000, 5_000_000), "GLACIER", new Amount(12, 7_000_000));

    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private volatile GiveUp refusal;
    private volatile boolean held;

    /** Has two jobs, whose ranges divide all names at m. */
    private final class Work implements Pod.Work {
        @Override
        public Next next(Conf conf, long stored) {
            return stored < 1 ? Next.ROW : Next.END;
        }

        @Override
        public boolean plans() {
            return true;
        }

        @Override
        public Optional<PlanFin> plan(Conf conf) throws GiveUp {
            if (refusal != null) {
                throw refusal;
            }
            Amount half = new Amount(1506, 6_000_000);
            return held ? Optional.empty()
                    : Optional.of(new PlanFin(conf.id(),
                            new Plan(Split.LIST, 2, half.plus(half), 4_000_000, CLASSES, 5, 0.4, true),
                            List.of(new PlannedRange("", "l", half), new PlannedRange("m", "z", half))));
        }
    }

    @Test
    void command_printsThePlanAndLeavesNothing() throws Exception {
        try (Pod pod = pod()) {
            Called called = call("estimate", "s3://archive/photos");
            assertEquals("""
                    objects         3,012
                    bytes           12 MB
                    largest object  4.0 MB
                    glacier         12 objects, 7.0 MB
                    standard        3,000 objects, 5.0 MB
                    cannot be read  12 objects in archive classes, before they are restored
                    jobs            2
                    LIST requests   about 10
                    GET requests    up to 3,012
                    """, called.out(), called.err());
            assertEquals(0, called.code());
            assertTrue(call("estimate", "s3://archive/photos", "--json").out().startsWith(
                    "{\"objects\":3012,\"bytes\":12000000,\"largest\":4000000,\"storageClasses\":{\"GLACIER\":"));
            store.await("/stats/outstanding", "0");
            assertTrue(store.all().below("/req/").isEmpty() && store.all().below("/wip/").isEmpty(),
                    store.all().keys().keySet().toString());
            assertEquals(0, rows.highestAttempt());
            assertFalse(pod.died());
        }
    }

    @Test
    void request_thatIsOnlyToBePlannedBeginsOnceItsJobKeyIsPut() throws Exception {
        store.put("/req/1/root", "photos").put("/req/1/method", "md5").put("/req/1/estimate", "auto");
        try (Pod pod = pod()) {
            store.await("/stats/outstanding", "1");
            store.await("the plan", () -> store.has("/req/1/plan"));
            store.await("/stats/outstanding", "0");
            assertFalse(store.has("/req/1/plan/id") || store.has("/req/1/run") || store.has("/wip/1/ranges/0"));
            assertTrue(call("status", "1").out().contains("is planned, and waits for "), call("status", "1").out());
            store.put("/req/1/job", "auto");
            store.await("done", () -> store.has("/done/1/summary"));
            assertEquals("2", store.get("/done/1/jobs"));
            assertFalse(pod.died());
            History.check(store);
        }
    }

    @Test
    void request_thatItsUserEditsInMidPlanIsPlannedAgain() throws Exception {
        held = true;
        store.put("/req/1/root", "photos").put("/req/1/method", "md5").put("/req/1/estimate", "auto");
        try (Pod pod = pod()) {
            store.await("a planning", () -> store.has("/req/1/plan/id"));
            String first = store.get("/req/1/plan/id");
            store.put("/req/1/root", "films");
            store.await("another planning", () -> store.has("/req/1/plan/id")
                    && !first.equals(store.get("/req/1/plan/id")));
            assertFalse(store.has("/req/1/plan"));
            store.await("of the other root", () -> pod.directory().read(PodFile.CONF)
                    .filter(conf -> conf.root().equals("films/")).isPresent());
            held = false;
            store.await("the plan", () -> store.has("/req/1/plan"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Stopped.Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void command_endsWithTheReasonOfARefusal(Stopped.Fault fault) throws Exception {
        String why = "LIST photos/: 403";
        refusal = fault == Stopped.Fault.ROOT ? GiveUp.root(why)
                : fault == Stopped.Fault.CONF ? GiveUp.conf(why) : GiveUp.job(why);
        try (Pod pod = pod()) {
            Called called = call("estimate", "s3://archive/photos");
            assertEquals(2, called.code());
            assertTrue(called.err().contains("planning failed: " + why), called.err());
            assertTrue(store.all().below("/req/").isEmpty());
            assertFalse(pod.died());
        }
    }

    @Test
    void requestOfTheCommand_endsWithItsLease() throws Exception {
        CompletableFuture<Called> call = CompletableFuture.supplyAsync(() -> call("estimate", "s3://archive/photos"));
        store.await("it is put", () -> !store.all().below("/req/").isEmpty());
        assertEquals(4, store.all().below("/req/").size());
        assertTrue(store.all().below("/req/").values().stream().allMatch(key -> key.lease() != 0));
        try (Pod pod = pod()) {
            assertEquals(0, call.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS).code());
            assertFalse(pod.died());
        }
    }

    @Test
    void plan_isForgottenByARunWithoutOneAndAfterAnEdit() throws Exception {
        store.put("/req/1/root", "photos").put("/req/1/method", "md5").put("/req/1/estimate", "auto");
        try (Pod pod = pod()) {
            store.await("the plan", () -> store.has("/req/1/plan"));
            long first = store.all().modified("/req/1/plan");
            store.put("/req/1/root", "films");
            store.await("another plan", () -> store.all().modified("/req/1/plan") > first);
            store.put("/req/1/split", "hex").put("/req/1/job", "2");
            store.await("done", () -> store.has("/done/1/summary"));
            assertFalse(store.has("/done/1/plan") || store.get("/done/1/summary").contains("planned"));
            assertFalse(pod.died());
        }
    }

    private Pod pod(String... more) throws IOException {
        return store.pod(folder, "pod-1", rows, new Work(), more).start();
    }

    private Called call(String... args) {
        return Called.with(store.environment("person"), args);
    }
}
