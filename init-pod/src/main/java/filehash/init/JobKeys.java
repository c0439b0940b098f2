package filehash.init;

/**
 * The keys of one job: in /wip/&lt;id&gt;/&lt;job&gt;/ while it is not done, and after that host, range and progress in
 * /done/&lt;id&gt;/&lt;job&gt;/.
 */
record JobKeys(String folder) {
    /** The last parts of keys by which a watch tells what happened. */
    static final String HOST = "host";
    static final String ATTEMPT = "attempt";
    static final String ERROR = "error";
    static final String PROGRESS = "progress";

    /** The pod that works on it; bound to that pod's lease. */
    String host() {
        return folder + HOST;
    }

    String rangeStart() {
        return folder + "range/start";
    }

    String rangeEnd() {
        return folder + "range/end";
    }

    String run() {
        return folder + "run";
    }

    /** Fences: whoever takes the job over counts it up. */
    String attempt() {
        return folder + ATTEMPT;
    }

    /** The pod that gave the job back. */
    String released() {
        return folder + "released";
    }

    String lastFilename() {
        return folder + "last_filename";
    }

    String progress() {
        return folder + PROGRESS;
    }

    /** Attempts in a row that stored nothing. */
    String failures() {
        return folder + "failures";
    }

    /** Parks the job until its user deletes it. */
    String error() {
        return folder + ERROR;
    }
}
