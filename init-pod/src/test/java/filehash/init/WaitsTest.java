package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Waited;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitsTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path folder;
    private SharedDirectory directory;
    private Waits waits;
    private long now;

    @BeforeEach
    void open() throws IOException {
        directory = SharedDirectory.open(folder);
        waits = new Waits(directory, List.of("one", "two"), () -> now);
    }

    @Test
    void waits_ofBothProgramsAreThoseOfTheLastMinute() throws Exception {
        assertNull(waits.lately());
        assertEquals(Map.of("s3", 0.5, "files", 0.3), at(10, Map.of("s3", 5.0, "files", 1.0), Map.of("files", 2.0)));
        assertEquals(Map.of("s3", 0.2, "files", 0.1), at(60, Map.of("s3", 10.0, "files", 4.0), Map.of("files", 2.0)),
                "since the first look, a minute ago");
        assertEquals(Map.of("s3", 0.33, "files", 0.05), at(70, Map.of("s3", 25.0, "files", 4.0), Map.of("files", 2.0)),
                "since the look at 10 s");
    }

    @Test
    void waits_beforeARestOrARestartDoNotCount() throws Exception {
        at(0, Map.of("s3", 5.0), Map.of());
        assertNull(at(100, Map.of("s3", 6.0), Map.of()));
        assertEquals(Map.of("s3", 1.0), at(110, Map.of("s3", 16.0), Map.of()));
        assertNull(at(114, Map.of("s3", 0.5), Map.of()));
        assertEquals(Map.of("s3", 0.5), at(118, Map.of("s3", 2.5), Map.of()));
    }

    @Test
    void waits_thatCannotBeReadCountAsNone() throws Exception {
        Files.writeString(folder.resolve("one.waits"), "{}");
        at(0, null, Map.of("cpu", 0.0));
        assertEquals(Map.of("cpu", 1.0), at(5, null, Map.of("cpu", 5.0)));
    }

    private Map<String, Double> at(long second, Map<String, Double> one, Map<String, Double> two) throws IOException {
        now = second * SECOND;
        if (one != null) {
            directory.write(PodFile.waits("one"), new Waited(one));
        }
        directory.write(PodFile.waits("two"), new Waited(two));
        return waits.lately();
    }
}
