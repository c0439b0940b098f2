package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.EtcdServer;
import filehash.backends.Log;
import filehash.init.etcd.Etcd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The housekeeping of the only pod, which is at work, where there is much of it at once. */
@Execution(ExecutionMode.CONCURRENT)
class UpkeepIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile Duration slowness = Duration.ZERO;

    @Test
    void badRequests_areReportedByPages() throws Exception {
        int many = 200;
        try (Pod busy = busyPod()) {
            try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
                for (int i = 0; i < many; i++) {
                    fill.request("r" + i, 0);
                }
            }
            store.await("all errors are written", () -> errors() == many);
            assertTrue(count("judge ", calls) < 30, calls.toString());
            assertFalse(busy.died());
        }
    }

    /** A transaction repeats each name several times, so a page of long names is more than etcd accepts. */
    @Test
    void badRequests_withLongIdsAreReportedOneByOne() throws Exception {
        int many = 50;
        try (Pod busy = busyPod()) {
            try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
                for (int i = 0; i < many; i++) {
                    fill.request(i + "x".repeat(9_000), 1); // 40 of them by one call
                }
            }
            store.await("all errors are written", () -> errors() == many);
            assertTrue(failures.stream().noneMatch(error -> error.contains(" large")), failures.toString());
            assertFalse(busy.died());
        }
    }

    /** The pod tends its job every 4 s: seven times before the regular look after 30 s. */
    @Test
    void leftovers_areClearedAwayByLooksThatFollowEachOtherSoon() throws Exception {
        try (Pod busy = busyPod()) {
            // a busy machine may take several tries
            store.await("all is cleared away before the regular look", this::clearsSoon);
            assertFalse(busy.died());
        }
    }

    private boolean clearsSoon() throws Exception {
        int from = calls.size();
        leave(120);
        List<String> between = since(from).stream().dropWhile(call -> !call.startsWith("clear ")).toList();
        return count("read " + store.prefix() + "/wip/1/0/", between) < 6;
    }

    /** Leaves so many jobs of requests that are gone, and waits until they are cleared away. */
    private void leave(int many) throws Exception {
        try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
            for (int i = 0; i < many; i++) {
                fill.put("/wip/gone-" + i + "/0/run", "u").put("/wip/gone-" + i + "/0/attempt", 1);
            }
        }
        store.put("/req/2/root", "of a request that is not complete: but a look follows");
        store.await("all is cleared away", () -> store.all().below("/wip/").headMap("/wip/gone-~")
                .tailMap("/wip/gone-").isEmpty());
    }

    /** One look leads to so many calls that they may take longer than a lease. */
    @Test
    void lease_isRenewedBetweenTheCallsOfOneLook() throws Exception {
        try (Pod busy = busyPod("LEASE_SECONDS", "10")) {
            long bound = store.all().created("/wip/1/0/host");
            slowness = Duration.ofMillis(500);
            leave(40);
            assertEquals(bound, store.all().created("/wip/1/0/host"));
            assertFalse(busy.died());
        }
    }

    /** The call that would report it repeats its name seven times, which is more than etcd accepts. */
    @Test
    void call_thatEtcdRefusesDelaysNoOtherAndIsRetriedLessAndLess() throws Exception {
        try (Pod busy = busyPod()) {
            try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
                fill.request("y".repeat(230_000), 0);
            }
            leave(40);
            store.await("it is refused", () -> count("judge request yyy", calls) > 0);
            int from = calls.size();
            String tend = "read " + store.prefix() + "/wip/1/0/";
            store.await("20 s are over", () -> count(tend, since(from)) >= 5);
            List<String> between = since(from);
            long tries = count("judge request yyy", between);
            assertTrue(tries < 8, () -> tries + " tries");
            assertFalse(busy.died());
        }
    }

    @Test
    void badRequests_areLoggedOnceWhereTheAnswerIsLost() throws Exception {
        try (Log log = Log.open(); Pod pod = store.pod(folder, "pod-1", new FakeRows(), new Gate())
                .start(new Faults("judge ", 0, Faults.Kind.ANSWER_LOST))) {
            store.put("/req/lost-answer/root", "a").put("/req/lost-answer/job", "0")
                    .put("/req/lost-answer/method", "md5");
            store.await("the error is written", () -> store.has("/req/lost-answer/error"));
            store.request("1", 1).await("/wip/1/0/host", "pod-1");
            assertEquals(1, log.lines("WARN", "request lost-answer is bad: job '0'"));
            assertFalse(pod.died());
        }
    }

    /** A copy, because a view breaks at the next call. */
    private List<String> since(int from) {
        return calls.stream().skip(from).toList();
    }

    private static long count(String name, List<String> among) {
        return among.stream().filter(call -> call.startsWith(name)).count();
    }

    private long errors() throws Exception {
        return store.all().below("/req/").keySet().stream().filter(key -> key.endsWith("/error")).count();
    }

    private Pod busyPod(String... more) throws Exception {
        Etcd.Line line = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                calls.add(what);
                if (what.startsWith("clear ")) {
                    CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(slowness.toMillis(),
                            TimeUnit.MILLISECONDS)).join();
                }
                return call.get().whenComplete((answer, error) -> {
                    if (error != null) {
                        failures.add(error.getMessage());
                    }
                });
            }
        };
        Pod pod = store.pod(folder, "pod-1", new FakeRows(), new Gate(), more).start(line, step -> {});
        store.request("1", 1).await("/wip/1/0/host", "pod-1");
        store.await("/stats/outstanding", "1");
        return pod;
    }
}
