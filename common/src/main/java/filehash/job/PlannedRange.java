package filehash.job;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The names of one job as a plan cuts them: from its start up to the start of the next job.
 *
 * @param start the shortest text after the last name before it and not after its own first name; empty for job 0
 * @param end the last name that the plan saw in it, or empty if it saw none
 * @param amount what the plan counted in it
 */
public record PlannedRange(String start, String end, @JsonUnwrapped Amount amount) {
    public PlannedRange {
        if (start == null || end == null || amount == null) {
            throw new IllegalArgumentException("not a range: start " + start + ", end " + end + ", " + amount);
        }
    }
}
