package filehash.deaths;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the names of a request are divided among its jobs: each takes the names from its start up to the next job's
 * start. The first has no lower end and the last no upper end.
 */
record Tiling(List<String> starts) {
    /** The published ranges. There are at most 256 of them here. */
    static Tiling hex(int jobs) {
        return new Tiling(IntStream.range(0, jobs).mapToObj(job -> hexStart(job, jobs)).toList());
    }

    static String hexEnd(int job, int jobs) {
        return String.format("%02x", (job + 1) * 256 / jobs - 1);
    }

    private static String hexStart(int job, int jobs) {
        return String.format("%02x", job * 256 / jobs);
    }

    int jobs() {
        return starts.size();
    }

    /** Whether these are ranges of names, which begin with the empty one, and not hex prefixes. */
    boolean isListed() {
        return starts.get(0).isEmpty();
    }

    boolean ascends() {
        return IntStream.range(1, jobs()).allMatch(job -> Objects.ORDER.compare(starts.get(job - 1),
                starts.get(job)) < 0);
    }

    /** The last job whose start is not after the name, and the first for all before. */
    int job(String name) {
        int job = jobs() - 1;
        while (job > 0 && Objects.ORDER.compare(name, starts.get(job)) < 0) {
            job--;
        }
        return job;
    }

    List<String> names(int job, List<String> all) {
        return all.stream().filter(name -> job(name) == job).toList();
    }
}
