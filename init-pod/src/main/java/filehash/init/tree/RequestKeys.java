package filehash.init.tree;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The keys of one request, in /req/&lt;id&gt;/. Its user writes root, job or estimate, method, bucket and split, and
 * deletes error; at any time it writes cancel, paused and priority; a pod that plans it writes those in plan/; a pod
 * that begins it writes the others; then claims count run/next up and job down, and finished jobs count left down.
 */
public record RequestKeys(String folder) {
    /** What its user writes. */
    public static final List<String> ASKED = List.of("root", "job", "estimate", "method", "bucket",
            "split");
    /** The last parts of keys by which a watch recognises who wrote. */
    public static final String NEXT = "next";
    public static final String ERROR = "error";
    public static final String PLAN = "plan";
    public static final String HOST = "host";
    public static final String CANCEL = "cancel";
    public static final String PAUSED = "paused";

    /** The revisions that last wrote what its user writes; 0 for a key that is not there. */
    public record AskedRevisions(long root, long job, long estimate, long method, long bucket, long split) {
        /** Whether a plan of this revision is of something else. */
        public boolean isAfter(long plan) {
            return LongStream.of(root, estimate, method, bucket, split).max().orElse(0) > plan;
        }
    }

    public String root() {
        return folder + "root";
    }

    public String job() {
        return folder + "job";
    }

    /** Stands in the place of job: the request is only planned. */
    public String estimate() {
        return folder + "estimate";
    }

    public String method() {
        return folder + "method";
    }

    public String bucket() {
        return folder + "bucket";
    }

    /** How its names are divided among its jobs. */
    public String split() {
        return folder + "split";
    }

    /** Its existence cancels the request. */
    public String cancel() {
        return folder + CANCEL;
    }

    /** While it exists, no pod works on the request. */
    public String paused() {
        return folder + PAUSED;
    }

    public String priority() {
        return folder + "priority";
    }

    /** Why no job of it is claimed. */
    public String error() {
        return folder + ERROR;
    }

    /** Jobs that are not done. */
    public String left() {
        return folder + "left";
    }

    /** Makes the request a run: holds its uuid. */
    public String run() {
        return folder + "run";
    }

    /** The next job to be claimed. */
    public String next() {
        return run() + "/" + NEXT;
    }

    public String runRoot() {
        return run() + "/root";
    }

    public String runMethod() {
        return run() + "/method";
    }

    public String runJobs() {
        return run() + "/jobs";
    }

    public String runBucket() {
        return run() + "/bucket";
    }

    public String runEndpoint() {
        return run() + "/endpoint";
    }

    public String runRegion() {
        return run() + "/region";
    }

    /** Says where the jobs get their ranges from. A run that was not planned lacks it. */
    public String runSplit() {
        return run() + "/split";
    }

    /** What was counted for the ranges of the run. */
    public String plan() {
        return folder + PLAN;
    }

    /** The fencing token of a planning: its uuid. Ranges are entered only while it stands. */
    public String planId() {
        return plan() + "/id";
    }

    /** The pod that plans it; bound to that pod's lease. */
    public String planHost() {
        return plan() + "/" + HOST;
    }

    /** Plannings in a row that came to nothing. */
    public String planFailures() {
        return plan() + "/failures";
    }
}
