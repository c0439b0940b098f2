package filehash.init;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitPodIT {
    @TempDir
    Path folder;
    private Store store;
    private final Rows rows = new Rows();

    @BeforeEach
    void open() throws Exception {
        store = Store.create();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void request_isSplitIntoJobsAndEndsWithItsSummary() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(3)).start()) {
            store.request("7", 4);
            store.await("/stats/outstanding", "0");
            store.await("summary", () -> store.has("/done/7/summary"));
            assertFalse(pod.ended());
        }
    }
}
