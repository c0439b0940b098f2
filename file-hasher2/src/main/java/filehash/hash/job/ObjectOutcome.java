package filehash.hash.job;

import filehash.pod.Failure;
import java.util.List;

/**
 * The result of an object: one hash for each method of the job, in the order of methods, or the failure.
 *
 * @param failure null if the object is hashed
 */
public record ObjectOutcome(String name, long bytes, List<String> hashes, Failure failure) {

    public static ObjectOutcome hashed(String name, long bytes, List<String> hashes) {
        return new ObjectOutcome(name, bytes, List.copyOf(hashes), null);
    }

    public static ObjectOutcome failed(String name, Failure failure) {
        return new ObjectOutcome(name, 0, List.of(), failure);
    }

    public boolean isFailed() {
        return failure != null;
    }
}
