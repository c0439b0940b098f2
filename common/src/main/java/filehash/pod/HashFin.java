package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/** hashfin: all objects of the job are stored; the tally and the start are over all its attempts. */
public record HashFin(@JsonUnwrapped JobId id, @JsonUnwrapped Tally tally, Instant started, Instant finished)
        implements JobId.Carrier {
}
