package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import filehash.init.tree.Summary;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.program.Json;
import filehash.program.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** All jobs of a run work on one source. */
@Execution(ExecutionMode.CONCURRENT)
class SourceIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();
    private final Map<String, Conf.S3> sources = new ConcurrentSkipListMap<>();

    @Test
    void run_keepsItsSourceAndOnlyTheCredentialsAreThoseOfConf() throws Exception {
        store.put("/conf/s3_endpoint", "http://s3.example:9000").put("/conf/s3_region", "eu-9");
        try (Pod lost = pod("pod-1")) {
            store.request("1", 2);
            store.await("/wip/1/0/host", "pod-1");
            store.await("it works", () -> lost.directory().has(PodFile.PROGRESS));
            store.put("/conf/s3_bucket", "other").put("/conf/s3_region", "us-1").put("/conf/s3_secret", "OTHER");
            store.delete("/conf/s3_endpoint");
            lost.terminate();
        }
        sources.clear();
        try (Pod pod = pod("pod-2")) {
            gate.end();
            store.await("1 is done", () -> store.has("/done/1/summary"));
            Conf.S3 source = new Conf.S3("b", URI.create("http://s3.example:9000"), "eu-9", new Secret("k"),
                    new Secret("OTHER"), null);
            assertEquals(Map.of("1/0", source, "1/1", source), sources);
            assertEquals("b", store.get("/done/1/bucket"));
            assertEquals("http://s3.example:9000", store.get("/done/1/endpoint"));
            Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
            assertEquals("b", summary.bucket());
            assertEquals(source.endpoint(), summary.endpoint());
            store.request("2", 1);
            store.await("2 is done", () -> store.has("/done/2/summary"));
            assertEquals(new Conf.S3("other", null, "us-1", new Secret("k"), new Secret("OTHER"), null),
                    sources.get("2/0"));
            assertFalse(store.has("/done/2/endpoint") || pod.died());
        }
    }

    @Test
    void request_mayNameABucketOfItsOwn() throws Exception {
        try (Pod pod = pod("pod-1")) {
            gate.end();
            store.put("/req/1/bucket", "mine\n").request("1", 2).request("2", 1);
            store.await("both are done", () -> store.has("/done/1/summary") && store.has("/done/2/summary"));
            assertEquals("mine", sources.get("1/0").bucket());
            assertEquals("mine", sources.get("1/1").bucket());
            assertEquals("b", sources.get("2/0").bucket());
            assertEquals("mine", store.get("/done/1/bucket"));
            assertFalse(pod.died());
        }
    }

    @Test
    void run_thatBeganWithoutASourceGoesOnWithConf() throws Exception {
        try (Pod gone = pod("pod-1")) {
            store.request("1", 2);
            store.await("it works", () -> gone.directory().has(PodFile.PROGRESS));
            gone.terminate();
        }
        store.delete("/req/1/run/bucket").delete("/req/1/run/region").put("/conf/s3_bucket", "other");
        try (Pod pod = pod("pod-2")) {
            gate.end();
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertEquals("other", sources.get("1/1").bucket());
            assertFalse(store.has("/done/1/bucket") || pod.died());
        }
    }

    private Pod pod(String host) throws Exception {
        Pod.Work work = (conf, stored) -> {
            sources.put(conf.request() + "/" + conf.id().job(), conf.s3());
            return gate.next(conf, stored);
        };
        return store.pod(folder, host, rows, work).start();
    }
}
