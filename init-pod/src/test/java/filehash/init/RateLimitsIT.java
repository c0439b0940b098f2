package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import filehash.job.RateLimits;
import filehash.pod.PodFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How the limits of /conf reach the pods at work. */
@Execution(ExecutionMode.CONCURRENT)
class RateLimitsIT {
    private static final String REQUESTS = "/conf/max_requests_per_second";
    private static final String BYTES = "/conf/max_bytes_per_second";

    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void limits_areDividedAmongThePodsAtWork() throws Exception {
        store.put(REQUESTS, "9").put(BYTES, " 3Mi\n").request("1", 2);
        try (Pod one = pod("pod-1"); Pod idle = pod("pod-2"); Pod two = pod("pod-3")) {
            Pod[] all = {one, idle, two};
            store.await("each of two has half", () -> having(new RateLimits(4.5, 3 << 19), all) == 2);
            assertEquals(1, having(RateLimits.NONE, all)); // the idle one
            store.put(REQUESTS, "100").delete(BYTES);
            store.await("the new ones", () -> having(new RateLimits(50, 0), all) == 2);
            store.delete(REQUESTS);
            store.await("none", () -> having(RateLimits.NONE, all) == 3);
            gate.end();
            store.await("done", () -> store.has("/done/1/summary"));
            History.check(store);
        }
    }

    @Test
    void share_ofAPodThatDiesGoesToTheOthers() throws Exception {
        store.put(REQUESTS, "10").request("1", 2);
        try (Pod one = pod("pod-1"); Pod two = pod("pod-2")) {
            store.await("each has half", () -> having(new RateLimits(5, 0), one, two) == 2);
            two.kill();
            store.await("all", () -> having(new RateLimits(10, 0), one) == 1);
        }
    }

    @Test
    void limits_areKnownBeforeAJobBegins() throws Exception {
        store.put(REQUESTS, "10").request("1", 1);
        try (Pod pod = pod("pod-1")) {
            store.await("it works", () -> pod.directory().has(PodFile.CONF));
            assertEquals(1, having(new RateLimits(10, 0), pod));
        }
    }

    @Test
    void value_thatIsWrongLeavesTheFormerLimitsAndIsNamed() throws Exception {
        Probe probe = Probe.create();
        store.put(REQUESTS, "10").request("1", 1);
        try (Pod pod = pod("pod-1", "HTTP_PORT", probe.port())) {
            store.await("it has all", () -> having(new RateLimits(10, 0), pod) == 1);
            store.put(REQUESTS, "0").put(BYTES, "1Mi");
            String problem = store.prefix() + REQUESTS + " '0' is not a number above 0; without the key there is no "
                    + "limit";
            store.await("named", () -> probe.get("/readyz").equals("503 limits of /conf: " + problem));
            assertEquals(1, having(new RateLimits(10, 0), pod));
            gate.end();
            store.await("the job ends", () -> store.has("/done/1/summary"));
            gate.goOn();
            store.request("2", 1);
            store.await("no further claim", () -> probe.get("/readyz").startsWith("503 settings of /conf: " + problem));
            assertFalse(store.has("/wip/2/0/host"));
            store.delete(REQUESTS);
            store.await("the other limit", () -> having(new RateLimits(0, 1 << 20), pod) == 1);
            store.await("ready", () -> "200 ok".equals(probe.get("/readyz")));
            gate.end();
            store.await("the next", () -> store.has("/done/2/summary"));
        }
    }

    private static int having(RateLimits limits, Pod... pods) throws IOException {
        int having = 0;
        for (Pod pod : pods) {
            having += pod.directory().read(PodFile.LIMITS).orElse(RateLimits.NONE).equals(limits) ? 1 : 0;
        }
        return having;
    }

    private Pod pod(String host, String... more) throws IOException {
        return store.pod(folder, host, rows, gate, more).start();
    }
}
