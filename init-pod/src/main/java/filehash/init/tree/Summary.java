package filehash.init.tree;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.pod.HashMethod;
import filehash.pod.Tally;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/** The value of /done/&lt;id&gt;/summary. */
public record Summary(String request, String run, String bucket, URI endpoint, String root, List<HashMethod> methods,
        int jobs, long rows, @JsonUnwrapped Tally tally, Instant started, Instant finished) {
}
