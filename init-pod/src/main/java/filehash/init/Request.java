package filehash.init;

import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.pod.HashMethod;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user asked for below /req/&lt;id&gt;, and how far it is cut into jobs. Anything may stand there: a request is
 * incomplete, or bad with a problem to be told, or it has terms; with terms it may have begun. Immutable.
 *
 * @param age the revision that created its job key: older requests come first
 * @param terms what was asked for, or of a run what it began with; null while incomplete or bad
 * @param run how far it is, or null before the first claim
 * @param problem why it cannot be worked on, or null
 * @param error what stands at its error key, or null
 * @param revisions of what it was read from
 */
record Request(String id, long age, Terms terms, Run run, String problem, String error, Revisions revisions) {

    /** The revisions that last wrote its keys; 0 for one that is not there. */
    record Revisions(long root, long job, long method, long bucket, long run, long error) {
    }

    /** What /metrics shows of it. */
    enum State {
        INCOMPLETE, QUEUED, BEGUN,
        /** Its user has to do something; error says what. */
        BAD
    }

    /**
     * What was asked for.
     *
     * @param root the prefix of the S3 folder: empty, or with a slash at its end
     * @param bucket null for that of /conf
     */
    record Terms(String root, List<HashMethod> methods, int jobs, String bucket) {
        String methodNames() {
            return methods.stream().map(HashMethod::name).collect(Collectors.joining(","));
        }
    }

    /**
     * A request that has begun.
     *
     * @param began the revision at which it began
     * @param next the next job to be claimed
     * @param left jobs that are not done
     * @param source null in a run that began before sources were fixed: then it is what /conf says
     */
    record Run(String uuid, long began, int next, int left, Source source) {
    }

    static Request of(Tree tree, String id, Snapshot all) {
        String folder = tree.request(id);
        long age = all.created(folder + (all.has(folder + "job") ? "job" : "run"));
        String error = all.value(tree.error(id));
        Revisions revisions = new Revisions(all.modified(folder + "root"), all.modified(folder + "job"),
                all.modified(folder + "method"), all.modified(folder + "bucket"), all.modified(tree.run(id)),
                all.modified(tree.error(id)));
        try {
            RequestKeys.requireId(id);
            if (all.has(tree.run(id))) {
                Terms terms = RequestKeys.begun(tree, id, all);
                return new Request(id, age, terms, RequestKeys.run(tree, id, terms, all), null, error, revisions);
            }
            boolean complete = all.has(folder + "root") && all.has(folder + "job") && all.has(folder + "method");
            return new Request(id, age, complete ? RequestKeys.asked(folder, all) : null, null, null, error, revisions);
        } catch (IllegalArgumentException e) {
            return new Request(id, age, null, null, Text.error(e.getMessage()), error, revisions);
        }
    }

    Request with(String newProblem) {
        return new Request(id, age, null, null, Text.error(newProblem), error, revisions);
    }

    /** Has the transaction compare that its user has not changed it, nor a pod begun it. */
    Txn unchanged(Txn txn, Tree tree) {
        String folder = tree.request(id);
        return txn.ifModified(folder + "root", revisions.root).ifModified(folder + "job", revisions.job)
                .ifModified(folder + "method", revisions.method).ifModified(folder + "bucket", revisions.bucket)
                .ifModified(tree.run(id), revisions.run);
    }

    State state() {
        return problem != null || begun() && error != null ? State.BAD
                : begun() ? State.BEGUN : terms == null ? State.INCOMPLETE : State.QUEUED;
    }

    boolean begun() {
        return run != null;
    }

    /** Whether there is a job to be claimed. One that has begun and has an error waits for its user. */
    boolean unclaimed() {
        return terms != null && (run == null || run.next < terms.jobs && error == null);
    }

    /** Jobs that are not done, parked ones included. */
    int left() {
        return terms == null ? 0 : run == null ? terms.jobs : run.left;
    }
}
