package filehash.init;

/** The keys of a request in /done/&lt;id&gt;/: of its run, of each job that is done, and at the end the summary. */
record DoneKeys(String folder) {
    JobKeys job(int job) {
        return new JobKeys(folder + job + "/");
    }

    String run() {
        return folder + "run";
    }

    String root() {
        return folder + "root";
    }

    String method() {
        return folder + "method";
    }

    String jobs() {
        return folder + "jobs";
    }

    String bucket() {
        return folder + "bucket";
    }

    String endpoint() {
        return folder + "endpoint";
    }

    String summary() {
        return folder + "summary";
    }
}
