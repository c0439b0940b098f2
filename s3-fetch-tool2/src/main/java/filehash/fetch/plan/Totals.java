package filehash.fetch.plan;

import filehash.fetch.s3.Listed;
import filehash.job.Amount;
import java.util.HashMap;
import java.util.Map;

/** What was counted over all objects. */
final class Totals {
    private final Map<String, Amount> storageClasses = new HashMap<>();
    private Amount all = Amount.NONE;
    private long largest;

    void add(Listed object) {
        Amount one = new Amount(1, object.size());
        all = all.plus(one);
        storageClasses.merge(object.storageClass(), one, Amount::plus);
        largest = Math.max(largest, object.size());
    }

    Amount all() {
        return all;
    }

    Map<String, Amount> storageClasses() {
        return storageClasses;
    }

    long largest() {
        return largest;
    }
}
