package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.job.JobId;
import filehash.job.Tally;
import java.time.Instant;

/** hashfin: all objects of the job are stored. The tally and the start cover all its attempts. */
public record HashFin(@JsonUnwrapped JobId id, @JsonUnwrapped Tally tally, Instant started,
        Instant finished) implements JobId.Carrier {
}
