package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/**
 * progress.json: how far the rows of a job are stored, over all its attempts. file-hasher2 writes it when an attempt
 * begins and after each commit; the fetcher begins after its last name.
 *
 * @param last the last name whose row or error is stored, or empty
 */
public record Progress(@JsonUnwrapped JobId id, String last, @JsonUnwrapped Tally tally,
        Instant started, Instant updated) implements JobId.Carrier {
}
