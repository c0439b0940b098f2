package filehash.init.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.init.tree.JobProgress.Expected;
import filehash.job.Amount;
import filehash.job.Tally;
import filehash.program.Json;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobProgressTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = BEGIN.plusSeconds(60);

    @Test
    void expected_countsBytesAndObjectsAgainstThePlan() {
        assertEquals(new Expected(400, 0, 25, BEGIN.plusSeconds(240)),
                Expected.of(new Amount(400, 0), tally(90, 10, 0), BEGIN, LATER));
        assertEquals(new Expected(10, 90L << 20, 50, BEGIN.plusSeconds(120)),
                Expected.of(new Amount(10, 90L << 20), tally(5, 0, 45L << 20), BEGIN, LATER));
    }

    /** Objects may have come since the plan; and at first nothing is known. */
    @Test
    void expected_isNeverMoreThanAllAndHasNoEndBeforeThereIsARate() {
        assertEquals(new Expected(10, 0, 100, LATER), Expected.of(new Amount(10, 0), tally(20, 0, 5), BEGIN, LATER));
        assertEquals(new Expected(0, 0, 100, LATER), Expected.of(Amount.NONE, tally(0, 0, 0), BEGIN, LATER));
        assertNull(Expected.of(new Amount(1000, 0), tally(1, 0, 0), BEGIN, LATER).end());
    }

    @Test
    void progress_withoutAPlanIsWrittenAsEver() {
        String json = Json.write(new JobProgress(tally(1, 0, 7), BEGIN, LATER));
        assertFalse(json.contains("expected"), json);
        assertEquals(new JobProgress(tally(1, 0, 7), BEGIN, LATER), Json.read(json, JobProgress.class));
    }

    @Test
    void progress_isReadAsItWasWritten() {
        JobProgress all = new JobProgress(tally(1, 0, 7), BEGIN, LATER, new Expected(10, 70, 10, null));
        assertEquals(all, Json.read(Json.write(all), JobProgress.class));
    }

    private static Tally tally(long files, long failed, long bytes) {
        return new Tally(files, failed, Map.of(), bytes);
    }
}
