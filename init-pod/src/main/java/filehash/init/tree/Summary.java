package filehash.init.tree;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import filehash.job.HashMethod;
import filehash.job.Plan;
import filehash.job.Tally;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * The value of /done/&lt;id&gt;/summary.
 *
 * @param planned what the plan counted or estimated; null of a run that was not planned
 * @param cancelled null of a run that was done
 */
public record Summary(String request, String run, String bucket, URI endpoint, String root, List<HashMethod> methods,
        int jobs, long rows, @JsonUnwrapped Tally tally, Instant started, Instant finished,
        @JsonInclude(Include.NON_NULL) @JacksonInject(value = "absent", optional = OptBoolean.TRUE) Planned planned,
        @JsonInclude(Include.NON_NULL) @JacksonInject(value = "not cancelled",
                optional = OptBoolean.TRUE) Cancelled cancelled) {

    /** @param complete false if it is an estimate: what was stored is what there was */
    public record Planned(long objects, long bytes, boolean complete) {
        static Planned of(Plan plan) {
            return new Planned(plan.total().objects(), plan.total().bytes(), plan.complete());
        }
    }

    /**
     * How far a request was when it was cancelled. The counts beside it are those that pods had reported; they may have
     * stored a little more.
     */
    public record Cancelled(Instant at, int jobsDone) {
    }

    /** The summary of a run that was done, and not planned. */
    public Summary(String request, String run, String bucket, URI endpoint, String root, List<HashMethod> methods,
            int jobs, long rows, Tally tally, Instant started, Instant finished) {
        this(request, run, bucket, endpoint, root, methods, jobs, rows, tally, started, finished, null, null);
    }
}
