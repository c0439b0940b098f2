package filehash.hash.job;

import filehash.pod.Failure;
import java.util.List;

/**
 * What became of an object: its hashes, one for each method of the job and in their order, or why there are none.
 *
 * @param failure null where it is hashed
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
