package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkOrderTest {
    private final Conf conf = JsonTest.conf();
    private final StopSignal signal = new StopSignal();
    private SharedDirectory directory;
    private WorkOrder order;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        directory = new SharedDirectory(root, "boot");
        directory.write(PodFile.CONF, conf);
        order = new WorkOrder(directory, conf.id(), signal);
    }

    @Test
    void order_standsUntilConfJsonSaysStop() throws Exception {
        assertTrue(order.stands());
        directory.write(PodFile.CONF, conf.says(Conf.State.STOP));
        Await.until("the end of the order", Await.BOUND, () -> !order.stands());
    }

    @Test
    void order_endsWithTheSignalAtOnce() throws Exception {
        assertTrue(order.stands());
        signal.request();
        assertFalse(order.stands());
    }
}
