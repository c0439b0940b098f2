package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.pod.PodFile;
import filehash.pod.SignOfLife;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A pod works only while both siblings live. */
@Execution(ExecutionMode.CONCURRENT)
class LivingIT {
    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void pod_withoutSiblingsClaimsNothingAndSaysSo() throws Exception {
        Probe probe = Probe.create();
        gate.end();
        store.request("1", 1);
        try (Pod alone = store.pod(folder, "pod-1", rows, gate, "HTTP_PORT", probe.port()).endSiblings()) {
            for (String program : List.of(Siblings.FETCHER, Siblings.HASHER)) {
                SignOfLife sign = SignOfLife.of(alone.directory(), program);
                sign.touch(false);
                Files.setLastModifiedTime(sign.file(), FileTime.fromMillis(0));
            }
            alone.start();
            store.await("not ready", () -> probe.get("/readyz").equals(
                    "503 s3-fetch-tool2: no sign of life in the shared directory"));
            assertFalse(store.has("/req/1/run"));
            try (Pod whole = store.pod(folder, "pod-2", rows, gate).start()) {
                store.await("1 is done", () -> store.has("/done/1/summary"));
                assertEquals("pod-2", store.get("/done/1/0/host"));
                assertFalse(alone.died() || whole.died());
            }
        }
    }

    @Test
    void job_whoseSiblingIsDeadIsGivenBackAndDoesNotCountAsAFailure() throws Exception {
        store.request("1", 1);
        try (Pod alone = store.pod(folder, "pod-1", rows, gate.rows(1)).start()) {
            store.await("/wip/1/0/last_filename", "1");
            alone.endSiblings();
            store.await("given back", () -> store.has("/wip/1/0/released"));
            assertFalse(store.has("/wip/1/0/host") || store.has("/wip/1/0/failures"));
            gate.end();
            try (Pod whole = store.pod(folder, "pod-2", rows, gate).start()) {
                store.await("1 is done", () -> store.has("/done/1/summary"));
                assertEquals("pod-2", store.get("/done/1/0/host"));
                assertFalse(alone.died() || whole.died());
            }
        }
    }

    /** Its counters show that its loop turns. */
    @Test
    void pod_whoseSiblingDiedAtWorkClaimsNothingUntilTheSiblingIsBack() throws Exception {
        Probe probe = Probe.create();
        store.request("1", 1);
        try (Pod alone = store.pod(folder, "pod-1", rows, gate, "HTTP_PORT", probe.port()).start()) {
            store.await("/wip/1/0/host", "pod-1");
            alone.endSiblings();
            store.await("given back", () -> store.has("/wip/1/0/released"));
            store.request("2", 3).await("/stats/outstanding", "4");
            assertFalse(store.has("/req/2/run") || store.has("/wip/1/0/host"));
            assertEquals("503 s3-fetch-tool2: no sign of life in the shared directory", probe.get("/readyz"));
            gate.end();
            try (Pod siblings = store.pod(folder, "pod-1", rows, gate)) {
                store.await("all is done", () -> store.has("/done/1/summary") && store.has("/done/2/summary"));
                store.await("it is swept", () -> !siblings.directory().has(PodFile.CONF));
            }
            assertFalse(alone.died());
        }
    }

    @Test
    void volume_ofAnotherPodIsLeftAlone() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.request("1", 1).await("/wip/1/0/host", "pod-1");
            try (InitPodProcess second = InitPodProcess.start(folder, store.environment("pod-2", "SHARED_DIR",
                    folder.resolve("pod-1").toString()))) {
                Await.until("it ends", Await.BOUND, () -> !second.runs());
                assertTrue(second.log().contains("init-pod.lock: each pod needs a volume of its own"), second.log());
            }
            gate.end();
            store.await("1 is done", () -> store.has("/done/1/summary"));
            assertEquals("pod-1", store.get("/done/1/0/host"));
            assertFalse(pod.died());
        }
    }
}
