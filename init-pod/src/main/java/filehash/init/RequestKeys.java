package filehash.init;

import java.util.List;

/**
 * The keys of one request, in /req/&lt;id&gt;/. Its user writes root, job, method and bucket, and deletes error; a pod
 * that begins it writes the others, and counts job, run/next and left down.
 */
record RequestKeys(String folder) {
    /** What its user writes. */
    static final List<String> ASKED = List.of("root", "job", "method", "bucket");
    /** The last parts of keys by which a watch tells who wrote. */
    static final String NEXT = "next";
    static final String ERROR = "error";

    String root() {
        return folder + "root";
    }

    String job() {
        return folder + "job";
    }

    String method() {
        return folder + "method";
    }

    String bucket() {
        return folder + "bucket";
    }

    /** Why no job of it is claimed. */
    String error() {
        return folder + ERROR;
    }

    /** Jobs that are not done. */
    String left() {
        return folder + "left";
    }

    /** Makes the request a run: holds its uuid. */
    String run() {
        return folder + "run";
    }

    /** The next job to be claimed. */
    String next() {
        return run() + "/" + NEXT;
    }

    String runRoot() {
        return run() + "/root";
    }

    String runMethod() {
        return run() + "/method";
    }

    String runJobs() {
        return run() + "/jobs";
    }

    String runBucket() {
        return run() + "/bucket";
    }

    String runEndpoint() {
        return run() + "/endpoint";
    }

    String runRegion() {
        return run() + "/region";
    }
}
