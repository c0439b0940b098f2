package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.hash.job.JobRow;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Progress;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressFileTest {
    private static final JobId ID = new JobId("run", 0, 1);

    private final List<Progress> written = new ArrayList<>();
    private IOException failure;
    private final ProgressFile file = new ProgressFile(ID, progress -> {
        if (failure != null) {
            throw failure;
        }
        written.add(progress);
    });

    @Test
    void fullDisk_keepsTheOldProgressInMidJob() throws Exception {
        failure = new IOException("cannot write progress.json: FileSystemException: No space left on device");
        assertThrows(IOException.class, () -> file.begin(row("")));
        failure = null;
        file.begin(row(""));
        failure = new IOException("No space left on device");
        JobRow row = row("a");
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < 300_000_000) {
            file.follow(row, false);
        }
        assertThrows(IOException.class, () -> file.follow(row, true));
        failure = null;
        file.follow(row, true);
        assertEquals(List.of("", "a"), written.stream().map(Progress::last).toList());
    }

    @Test
    void otherFailure_endsTheAttempt() throws Exception {
        file.begin(row(""));
        failure = new IOException("Input/output error");
        JobRow row = row("a");
        assertThrows(IOException.class, () -> {
            while (true) {
                file.follow(row, false);
            }
        });
    }

    private static JobRow row(String last) {
        return new JobRow(new Tally(0, 0, Map.of(), 0), last, Instant.EPOCH, Clock.systemUTC());
    }
}
