package filehash.init.tree;

import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.pod.HashMethod;
import java.util.List;

/**
 * A user's request, from the keys of /req/&lt;id&gt;, and how many of its jobs are claimed. Users may write anything,
 * so a request is incomplete, or bad with a problem, or it has terms; with terms it may have begun. Immutable.
 *
 * @param age the revision that created its job key: older requests come first
 * @param terms what was asked for, or of a run what it began with; null while incomplete or bad
 * @param run how far it is, or null before the first claim
 * @param problem why it cannot be worked on, or null
 * @param error what stands at its error key, or null
 * @param revisions of what it was read from
 */
public record Request(String id, long age, Terms terms, Run run, String problem, String error, Revisions revisions) {

    /** The revisions that last wrote its keys; 0 for one that is not there. */
    public record Revisions(long root, long job, long method, long bucket, long run, long error) {
    }

    /** Its state in /metrics. */
    public enum State {
        INCOMPLETE, QUEUED, BEGUN,
        /** Its user must act; error says how. */
        BAD
    }

    /**
     * What was asked for.
     *
     * @param root the prefix of the S3 folder: empty, or with a slash at its end
     * @param bucket null for that of /conf
     */
    public record Terms(String root, List<HashMethod> methods, int jobs, String bucket) {
        public String methodNames() {
            return HashMethod.join(methods);
        }
    }

    /**
     * A request that has begun.
     *
     * @param began the revision at which it began
     * @param next the next job to be claimed
     * @param left jobs that are not done
     * @param source null if the run began before runs recorded their source: /conf decides then
     */
    public record Run(String uuid, long began, int next, int left, Source source) {
    }

    public static Request of(Tree tree, String id, Snapshot all) {
        RequestKeys keys = tree.request(id);
        long age = all.created(all.has(keys.job()) ? keys.job() : keys.run());
        String error = all.value(keys.error());
        Revisions revisions = new Revisions(all.modified(keys.root()), all.modified(keys.job()),
                all.modified(keys.method()), all.modified(keys.bucket()), all.modified(keys.run()),
                all.modified(keys.error()));
        try {
            RequestReader.requireId(id);
            if (all.has(keys.run())) {
                Terms terms = RequestReader.begun(tree, id, all);
                return new Request(id, age, terms, RequestReader.run(tree, id, terms, all), null, error, revisions);
            }
            boolean complete = all.has(keys.root()) && all.has(keys.job()) && all.has(keys.method());
            return new Request(id, age, complete ? RequestReader.asked(keys, all) : null, null, null, error, revisions);
        } catch (IllegalArgumentException e) {
            return new Request(id, age, null, null, Text.error(e.getMessage()), error, revisions);
        }
    }

    public Request with(String newProblem) {
        return new Request(id, age, null, null, Text.error(newProblem), error, revisions);
    }

    /** Makes the transaction compare that the user has not changed it and no pod has begun it. */
    public Txn unchanged(Txn txn, Tree tree) {
        RequestKeys keys = tree.request(id);
        return txn.ifModified(keys.root(), revisions.root).ifModified(keys.job(), revisions.job)
                .ifModified(keys.method(), revisions.method).ifModified(keys.bucket(), revisions.bucket)
                .ifModified(keys.run(), revisions.run);
    }

    public State state() {
        return problem != null || begun() && error != null ? State.BAD
                : begun() ? State.BEGUN : terms == null ? State.INCOMPLETE : State.QUEUED;
    }

    public boolean begun() {
        return run != null;
    }

    /** Whether it has jobs to claim. A request that has begun and has an error waits for its user. */
    public boolean unclaimed() {
        return terms != null && (run == null || run.next < terms.jobs && error == null);
    }

    /** Jobs that are not done, parked ones included. */
    public int left() {
        return terms == null ? 0 : run == null ? terms.jobs : run.left;
    }
}
