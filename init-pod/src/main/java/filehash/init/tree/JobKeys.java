package filehash.init.tree;

/**
 * The keys of one job: in /wip/&lt;id&gt;/&lt;job&gt;/ while it is not done, and after that host, range and progress in
 * /done/&lt;id&gt;/&lt;job&gt;/.
 */
public record JobKeys(String folder) {
    /** The last parts of keys by which a watch recognises what happened. */
    public static final String HOST = "host";
    public static final String ATTEMPT = "attempt";
    public static final String ERROR = "error";
    public static final String PROGRESS = "progress";

    /** The pod that works on it; bound to that pod's lease. */
    public String host() {
        return folder + HOST;
    }

    public String rangeStart() {
        return folder + "range/start";
    }

    public String rangeEnd() {
        return folder + "range/end";
    }

    /** The next job's start; absent in the last job, and where the ranges are the published ones. */
    public String rangeBefore() {
        return folder + "range/before";
    }

    public String run() {
        return folder + "run";
    }

    /** The fencing token: each takeover raises it. */
    public String attempt() {
        return folder + ATTEMPT;
    }

    /** The pod that gave the job back. */
    public String released() {
        return folder + "released";
    }

    public String lastFilename() {
        return folder + "last_filename";
    }

    public String progress() {
        return folder + PROGRESS;
    }

    /** Attempts in a row that stored nothing. */
    public String failures() {
        return folder + "failures";
    }

    /** Parks the job until its user deletes it. */
    public String error() {
        return folder + ERROR;
    }
}
