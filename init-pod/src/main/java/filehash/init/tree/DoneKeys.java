package filehash.init.tree;

import filehash.init.etcd.Txn;

/** The keys of a request in /done/&lt;id&gt;/: of its run, of each job that is done, and at the end the summary. */
public record DoneKeys(String folder) {
    public JobKeys job(int job) {
        return new JobKeys(folder + job + "/");
    }

    public String run() {
        return folder + "run";
    }

    public String root() {
        return folder + "root";
    }

    public String method() {
        return folder + "method";
    }

    public String jobs() {
        return folder + "jobs";
    }

    public String bucket() {
        return folder + "bucket";
    }

    public String endpoint() {
        return folder + "endpoint";
    }

    /** What was counted for the ranges of a planned run. */
    public String plan() {
        return folder + "plan";
    }

    public String summary() {
        return folder + "summary";
    }

    /** When the request was cancelled. */
    public String cancelled() {
        return folder + "cancelled";
    }

    /** What became of the post of the summary. */
    public String webhook() {
        return folder + "webhook";
    }

    /**
     * Makes the transaction write what a run was asked for, and where its objects are.
     *
     * @param source null if it is not known
     */
    public void describe(Txn txn, String run, Request.Terms terms, Source source) {
        txn.put(run(), run).put(root(), terms.root()).put(method(), terms.methodNames()).put(jobs(), terms.jobs());
        String bucket = source == null ? terms.bucket() : source.bucket();
        if (bucket != null) {
            txn.put(bucket(), bucket);
        }
        if (source != null && source.endpoint() != null) {
            txn.put(endpoint(), source.endpoint());
        }
    }
}
