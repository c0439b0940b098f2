package filehash.deaths;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ContainerTest {
    private static final int ROUNDS = 100;

    @TempDir
    Path folder;

    /** Each round kills a little later, so that some kills meet a process that is ending or gone. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void kill_returnsWhereTheProcessEndsOfItsOwn() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Container container = new Container("short-lived", List.of("sleep", "0.02"), Map.of(),
                    folder.resolve("log"), true);
            container.start();
            container.stopRestarting(); // or it would be alive again by the time a slow machine looks
            Pause.of(Duration.ofMillis(i % 50));
            container.kill();
            assertFalse(container.isAlive());
        }
    }
}
