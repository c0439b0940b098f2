package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Txn;
import filehash.job.PlannedRange;
import filehash.program.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ranges of jobs. Those of a planned run stand in etcd, a hundred to a key, so that a transaction stays within
 * etcd's limits even where all names are as long as S3 takes them. They never change while the run lasts, so the keys
 * read last are kept. Main thread only.
 */
public final class JobRanges {
    private static final int PER_KEY = 100;
    private static final int MOST_KEPT = 4;

    private final Etcd etcd;
    private final Tree tree;
    private final Map<String, List<PlannedRange>> kept = new LinkedHashMap<>();

    public JobRanges(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** How many keys so many ranges take. */
    public static int keys(int ranges) {
        return (ranges + PER_KEY - 1) / PER_KEY;
    }

    /** Makes the transaction write the ranges of one key. */
    public static void write(Txn txn, Tree tree, String request, int key, List<PlannedRange> all) {
        txn.put(tree.ranges(request) + key,
                Json.write(all.subList(key * PER_KEY, Math.min(all.size(), (key + 1) * PER_KEY))));
    }

    /** @param request must have begun */
    public JobRange of(Request request, int job) throws IOException, InterruptedException {
        int jobs = request.terms().jobs();
        return !request.terms().listed() ? JobRange.hex(job, jobs)
                : JobRange.of(planned(request, job), job + 1 == jobs ? null : planned(request, job + 1));
    }

    private PlannedRange planned(Request request, int job) throws IOException, InterruptedException {
        String key = tree.ranges(request.id()) + job / PER_KEY;
        String ofRun = request.run().uuid() + key;
        List<PlannedRange> ranges = kept.get(ofRun);
        if (ranges == null) {
            ranges = read(key);
            kept.put(ofRun, ranges);
            if (kept.size() > MOST_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        if (job % PER_KEY >= ranges.size()) {
            throw new IllegalArgumentException(key + " lacks the range of job " + job + ": delete "
                    + tree.request(request.id()).folder() + " and " + tree.done(request.id()).folder()
                    + ", and put the request again");
        }
        return ranges.get(job % PER_KEY);
    }

    /** Empty if a user has deleted it. */
    private List<PlannedRange> read(String key) throws IOException, InterruptedException {
        String json = etcd.read(Range.key(key)).value(key);
        try {
            return json == null ? List.of() : List.of(Json.read(json, PlannedRange[].class));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + " is " + e.getMessage(), e);
        }
    }
}
