package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.job.JobId;
import filehash.job.Tally;
import java.time.Instant;

/**
 * progress.json: how much of a job is stored, over all its attempts. file-hasher2 writes it when an attempt starts and
 * after commits, but at most every 100 ms; the fetcher starts after its last name.
 *
 * @param last the watermark: the last name whose row or error is stored, or empty
 */
public record Progress(@JsonUnwrapped JobId id, String last, @JsonUnwrapped Tally tally,
        Instant started, Instant updated) implements JobId.Carrier {
}
