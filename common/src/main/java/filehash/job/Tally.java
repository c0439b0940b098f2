package filehash.job;

import java.util.Map;
import java.util.TreeMap;

/** How much of a job is stored: hashed objects, failed objects, failed objects by class, and hashed bytes. */
public record Tally(long files, long failed, Map<String, Long> failedByClass, long bytes) {
    public static final Tally NONE = new Tally(0, 0, Map.of(), 0);

    public Tally {
        if (files < 0 || failed < 0 || bytes < 0) {
            throw new IllegalArgumentException("negative: files " + files + ", failed " + failed + ", bytes " + bytes);
        }
        failedByClass = Map.copyOf(failedByClass);
    }

    public long objects() {
        return files + failed;
    }

    public Tally plus(Tally more) {
        Map<String, Long> classes = new TreeMap<>(failedByClass);
        more.failedByClass.forEach((name, count) -> classes.merge(name, count, Long::sum));
        return new Tally(files + more.files, failed + more.failed, classes, bytes + more.bytes);
    }
}
