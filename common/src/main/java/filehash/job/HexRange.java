package filehash.job;

/**
 * The names of one job: a range of hex prefixes. Both ends are inclusive, as in the documented keys range/start and
 * range/end.
 *
 * <p>Together the jobs of a run cover every name exactly once, hex or not. A job has the names from its start on and
 * before the next job's start; the first job has no lower end and the last one no upper end. The range depends on job
 * and jobs alone, so that every pod computes the same.
 *
 * @param before the next job's start, or null for the last job
 */
public record HexRange(String start, String end, String before) {
    public static final int MOST_JOBS = 65_536;

    public static HexRange of(int job, int jobs) {
        if (jobs < 1 || jobs > MOST_JOBS || job < 0 || job >= jobs) {
            throw new IllegalArgumentException("no job " + job + " of " + jobs + ": from 1 to " + MOST_JOBS + " jobs");
        }
        int digits = jobs <= 256 ? 2 : jobs <= 4096 ? 3 : 4;
        return new HexRange(prefix(first(job, jobs, digits), digits), prefix(first(job + 1, jobs, digits) - 1, digits),
                job + 1 == jobs ? null : prefix(first(job + 1, jobs, digits), digits));
    }

    private static int first(int job, int jobs, int digits) {
        return (int) ((long) job * (1 << 4 * digits) / jobs);
    }

    private static String prefix(int value, int digits) {
        return String.format("%0" + digits + "x", value);
    }
}
