package filehash.pod;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import filehash.job.JobId;
import filehash.job.Tally;
import java.time.Instant;

/**
 * progress.json: how much of a job is stored, over all its attempts. file-hasher2 writes it when an attempt starts and
 * after each commit; the fetcher starts after its last name.
 *
 * @param last the watermark: the last name whose row or error is stored, or empty
 * @param segments whether this file-hasher2 takes segments; null if it is of a version that knows of none
 */
public record Progress(@JsonUnwrapped JobId id, String last, @JsonUnwrapped Tally tally, Instant started,
        Instant updated, @JacksonInject(value = "absent",
                optional = OptBoolean.TRUE) @JsonProperty("segments") Boolean segments) implements JobId.Carrier {

    /** As this version writes it. */
    public Progress(JobId id, String last, Tally tally, Instant started, Instant updated) {
        this(id, last, tally, started, updated, true);
    }

    /** A hasher of an earlier version would skip an object that comes in segments, without an error. */
    public boolean takesSegments() {
        return Boolean.TRUE.equals(segments);
    }
}
