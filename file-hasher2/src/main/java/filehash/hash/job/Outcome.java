package filehash.hash.job;

import filehash.pod.Failure;
import java.util.List;

/**
 * The result of an object: one hash for each method of the job, in the order of methods, or the failure.
 *
 * @param failure null if the object is hashed
 */
public record Outcome(String name, long bytes, List<String> hashes, Failure failure) {

    public static Outcome hashed(String name, long bytes, List<String> hashes) {
        return new Outcome(name, bytes, List.copyOf(hashes), null);
    }

    public static Outcome failed(String name, Failure failure) {
        return new Outcome(name, 0, List.of(), failure);
    }

    public boolean isFailed() {
        return failure != null;
    }
}
