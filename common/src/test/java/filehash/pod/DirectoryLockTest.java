package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    private Path root;
    private final StopSignal signal = new StopSignal();
    private SharedDirectory directory;

    @BeforeEach
    void open() throws IOException {
        directory = new SharedDirectory(root, "boot");
    }

    /** Waits for as long as a test may take. */
    private FutureTask<DirectoryLock> second() {
        return new FutureTask<>(() -> DirectoryLock.take(directory, "init-pod", signal, Await.BOUND));
    }

    @Test
    void second_waitsForTheFirstToEnd() throws Exception {
        DirectoryLock first = DirectoryLock.take(directory, "init-pod", signal);
        FutureTask<DirectoryLock> second = second();
        Thread thread = new Thread(second);
        thread.start();
        Await.until("it waits", Await.BOUND, () -> thread.getState() == Thread.State.TIMED_WAITING);
        assertFalse(second.isDone());
        first.close();
        second.get().close();
    }

    @Test
    void second_thatWaitsEndsWithTheSignal() throws Exception {
        DirectoryLock first = DirectoryLock.take(directory, "init-pod", signal);
        FutureTask<DirectoryLock> second = second();
        Thread thread = new Thread(second);
        thread.start();
        Await.until("it waits", Await.BOUND, () -> thread.getState() == Thread.State.TIMED_WAITING);
        signal.request();
        String why = assertThrows(ExecutionException.class, second::get).getCause().getMessage();
        assertTrue(why.contains("stopped while another init-pod had locked"), why);
        first.close();
    }

    @Test
    void second_endsWhereTheFirstDoesNot() throws Exception {
        DirectoryLock first = DirectoryLock.take(directory, "init-pod", signal);
        DirectoryLock.take(directory, "file-hasher2", signal).close();
        String why = assertThrows(IOException.class,
                () -> DirectoryLock.take(directory, "init-pod", signal, Duration.ofMillis(200))).getMessage();
        assertTrue(why.contains("another init-pod works in this directory"), why);
        first.close();
    }
}
