package filehash.job;

import filehash.log.Logged;
import java.util.Map;

/**
 * Identifies one attempt at one job of one run. Every shared file carries it; a file that carries a different identity
 * is ignored.
 *
 * @param run the uuid of the run, fixed by the first claim of a request
 */
public record JobId(String run, int job, long attempt) {
    /** A shared file that carries an identity. */
    public interface Carrier {
        JobId id();
    }

    public JobId {
        if (run == null || run.isBlank() || job < 0 || attempt < 1) {
            throw new IllegalArgumentException("not an identity: run " + run + ", job " + job + ", attempt " + attempt);
        }
    }

    /** This attempt in a log line, with the id of its request. */
    public Logged in(String request) {
        return Logged.of("request " + request + ", " + this,
                Map.of(Logged.REQUEST, request, Logged.JOB, job, Logged.ATTEMPT, attempt));
    }

    @Override
    public String toString() {
        return "job " + job + " of run " + run + ", attempt " + attempt;
    }
}
