package filehash.pod;

/**
 * Who works: the attempt-th attempt at a job of a run. All shared files carry it, and nothing is believed that
 * carries another.
 *
 * @param run the uuid of the run, fixed by the first claim of a request
 */
public record JobId(String run, int job, long attempt) {
    /** What carries it. */
    public interface Carrier {
        JobId id();
    }

    public JobId {
        if (run == null || run.isBlank() || job < 0 || attempt < 1) {
            throw new IllegalArgumentException("not an identity: run " + run + ", job " + job + ", attempt " + attempt);
        }
    }

    @Override
    public String toString() {
        return "job " + job + " of run " + run + ", attempt " + attempt;
    }
}
