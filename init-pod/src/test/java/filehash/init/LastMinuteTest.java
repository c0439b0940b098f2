package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.init.tree.JobProgress.Lately;
import filehash.job.JobId;
import filehash.job.Tally;
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

class LastMinuteTest {
    private static final long SECOND = 1_000_000_000;
    private static final JobId FIRST = new JobId("run", 0, 1);

    @TempDir
    Path folder;
    private SharedDirectory directory;
    private LastMinute lastMinute;
    private long now;

    @BeforeEach
    void open() throws IOException {
        directory = SharedDirectory.open(folder);
        lastMinute = new LastMinute(directory, List.of("one", "two"), () -> now);
    }

    @Test
    void waits_areThoseOfBothProgramsInTheLastMinuteOrTheSecondHalfOfLess() throws Exception {
        assertNull(waits(0, Map.of(), Map.of()));
        assertEquals(Map.of("s3", 0.5, "files", 0.3), waits(10, Map.of("s3", 5.0, "files", 1.0), Map.of("files", 2.0)));
        assertEquals(Map.of("s3", 1.0, "files", 0.0), waits(20, Map.of("s3", 15.0, "files", 1.0), Map.of("files", 2.0)),
                "since 10 s");
        assertEquals(Map.of("s3", 0.0, "files", 0.5), waits(40, Map.of("s3", 15.0, "files", 11.0),
                Map.of("files", 2.0)), "since 20 s");
        assertEquals(Map.of("s3", 0.25, "files", 0.0), waits(80, Map.of("s3", 25.0, "files", 11.0),
                Map.of("files", 2.0)), "since 40 s");
        waits(130, Map.of("s3", 25.0, "files", 11.0), Map.of("files", 2.0));
        assertEquals(Map.of("s3", 0.0, "files", 1.0), waits(140, Map.of("s3", 25.0, "files", 71.0),
                Map.of("files", 2.0)), "since 80 s");
    }

    @Test
    void waits_beforeARestOrARestartDoNotCount() throws Exception {
        waits(0, Map.of("s3", 5.0), Map.of());
        assertNull(waits(100, Map.of("s3", 6.0), Map.of()));
        assertEquals(Map.of("s3", 1.0), waits(110, Map.of("s3", 16.0), Map.of()));
        assertNull(waits(114, Map.of("s3", 0.5), Map.of()));
        assertEquals(Map.of("s3", 0.5), waits(118, Map.of("s3", 2.5), Map.of()));
    }

    @Test
    void waits_thatCannotBeReadCountAsNone() throws Exception {
        Files.writeString(folder.resolve("one.waits"), "{}");
        waits(0, null, Map.of("cpu", 0.0));
        assertEquals(Map.of("cpu", 1.0), waits(5, null, Map.of("cpu", 5.0)));
    }

    @Test
    void stored_isCountedOverJobs() throws Exception {
        assertNull(at(0, FIRST, 0));
        assertEquals(new Lately("1", 4, 40, 400, Map.of()), at(4, FIRST, 40));
        lastMinute.see(FIRST, tally(50));
        assertEquals(new Lately("1", 8, 60, 600, Map.of()), at(8, new JobId("run", 1, 1), 10));
    }

    @Test
    void stored_byAnEarlierAttemptDoesNotCount() throws Exception {
        JobId second = new JobId("run", 0, 2);
        at(0, second, 1000);
        assertEquals(new Lately("1", 4, 7, 70, Map.of()), at(4, second, 1007));
    }

    private Map<String, Double> waits(long second, Map<String, Double> one, Map<String, Double> two)
            throws IOException {
        if (one != null) {
            directory.write(PodFile.waits("one"), new Waited(one));
        }
        directory.write(PodFile.waits("two"), new Waited(two));
        Lately lately = at(second, FIRST, 0);
        return lately == null ? null : lately.waited();
    }

    private Lately at(long second, JobId id, long objects) throws IOException {
        now = second * SECOND;
        lastMinute.see(id, tally(objects));
        return lastMinute.now("1").orElse(null);
    }

    private static Tally tally(long objects) {
        return new Tally(objects, 0, Map.of(), objects * 10);
    }
}
