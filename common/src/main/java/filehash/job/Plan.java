package filehash.job;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a request is divided among its jobs, and what was counted for that.
 *
 * @param split hex or list
 * @param total all objects below the root
 * @param largest the bytes of the largest object
 * @param storageClasses the objects of each storage class
 * @param requests how many LIST requests it took
 * @param complete whether every object was counted; else the rest was estimated, or was not looked at
 */
public record Plan(Split split, int jobs, @JsonUnwrapped Amount total, long largest,
        Map<String, Amount> storageClasses, long requests, double seconds, boolean complete) {
    public Plan {
        if (split == null || split == Split.AUTO || jobs < 1 || jobs > HexRange.MOST_JOBS || total == null
                || storageClasses == null) {
            throw new IllegalArgumentException("not a plan: split " + split + ", " + jobs + " jobs, " + total);
        }
        storageClasses = Collections.unmodifiableSortedMap(new TreeMap<>(storageClasses));
    }
}
