package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DiskTest {
    private static final IOException FULL = new IOException("No space left on device");

    private final Disk disk = new Disk(LoggerFactory.getLogger(DiskTest.class), Duration.ofNanos(-1));

    @Test
    void object_lacksRoomUntilItGetsSome() {
        disk.failed("a", FULL);
        disk.works("b");
        assertFalse(disk.isFull());
        assertTrue(disk.lacksRoomForLong("a"));
        assertFalse(disk.lacksRoom("b"));
        disk.works("a");
        assertFalse(disk.lacksRoom("a"));
        assertFalse(disk.lacksRoomForLong("a"));
    }

    /** Otherwise all that wait would try at once, each time one of them succeeds. */
    @Test
    void pause_doesNotEndWhenSomethingElseIsWritten() throws Exception {
        disk.failed("a", FULL);
        disk.works("b");
        disk.await(() -> true, new StopSignal());
        assertFalse(disk.pauses());
    }

    @Test
    void fullDisk_isTriedByTheFirstAlone() throws Exception {
        disk.failed("a", FULL);
        disk.await(() -> true, new StopSignal());
        FutureTask<Void> second = waits(() -> false);
        assertThrows(TimeoutException.class, () -> second.get(300, TimeUnit.MILLISECONDS));
        disk.works("a");
        second.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private FutureTask<Void> waits(BooleanSupplier first) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            disk.await(first, new StopSignal());
            return null;
        });
        new Thread(task, "waits").start();
        return task;
    }
}
