package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.job.JobId;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.job.Split;
import java.util.List;

/**
 * plan.json: the plan is made.
 *
 * @param ranges one for each job, in order; none if the split is hex
 */
public record PlanFin(@JsonUnwrapped JobId id, @JsonUnwrapped Plan plan,
        List<PlannedRange> ranges) implements JobId.Carrier {
    public PlanFin {
        ranges = List.copyOf(ranges);
        if (ranges.size() != (plan.split() == Split.HEX ? 0 : plan.jobs())) {
            throw new IllegalArgumentException(ranges.size() + " ranges for " + plan.jobs() + " jobs by "
                    + plan.split());
        }
        if (!ranges.isEmpty() && !ranges.get(0).start().isEmpty()) {
            throw new IllegalArgumentException("the first range begins at '" + ranges.get(0).start() + "'");
        }
        for (int i = 1; i < ranges.size(); i++) {
            String before = ranges.get(i - 1).start();
            String start = ranges.get(i).start();
            if (Names.ORDER.compare(before, start) >= 0) {
                throw new IllegalArgumentException("range " + i + " begins at '" + start + "', which is not after '"
                        + before + "'");
            }
        }
    }
}
