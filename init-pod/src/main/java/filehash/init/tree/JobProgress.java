package filehash.init.tree;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.pod.Tally;
import filehash.program.Json;
import java.time.Instant;
import java.util.Objects;

/** How far a job is, over all its attempts: the value of progress below /wip and /done. */
public record JobProgress(@JsonUnwrapped Tally tally, Instant started, Instant updated) {
    public JobProgress {
        Objects.requireNonNull(tally);
        Objects.requireNonNull(started);
        Objects.requireNonNull(updated);
    }

    /** How many objects the key counts; 0 if it is absent or cannot be read. */
    public static long objects(String json) {
        try {
            return json == null ? 0 : Json.read(json, JobProgress.class).tally.objects();
        } catch (IllegalArgumentException e) {
            return 0; // a user wrote it; the next progress replaces it
        }
    }
}
