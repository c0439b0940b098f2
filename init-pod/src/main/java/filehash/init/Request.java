package filehash.init;

import filehash.pod.HashMethod;
import filehash.pod.HexRange;
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
    record Revisions(long root, long job, long method, long run, long error) {
    }

    /** What metrics tell of it. */
    enum State {
        INCOMPLETE, QUEUED, BEGUN,
        /** Its user has to do something; error says what. */
        BAD
    }

    /** @param root the prefix of the S3 folder: empty, or with a slash at its end */
    record Terms(String root, List<HashMethod> methods, int jobs) {
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
     */
    record Run(String uuid, long began, int next, int left) {
    }

    static Request of(Tree tree, String id, Snapshot all) {
        String folder = tree.request(id);
        long age = all.created(folder + (all.has(folder + "job") ? "job" : "run"));
        String error = all.value(tree.error(id));
        Revisions revisions = new Revisions(all.modified(folder + "root"), all.modified(folder + "job"),
                all.modified(folder + "method"), all.modified(tree.run(id)), all.modified(tree.error(id)));
        try {
            if (all.has(tree.run(id))) {
                return begun(tree, id, age, error, all, revisions);
            }
            boolean complete = all.has(folder + "root") && all.has(folder + "job") && all.has(folder + "method");
            return new Request(id, age, complete ? asked(folder, all) : null, null, null, error, revisions);
        } catch (IllegalArgumentException e) {
            return new Request(id, age, null, null, e.getMessage(), error, revisions);
        }
    }

    Request with(String newProblem) {
        return new Request(id, age, null, null, newProblem, error, revisions);
    }

    /** Has the transaction compare that its user has not changed it, nor a pod begun it. */
    Txn unchanged(Txn txn, Tree tree) {
        String folder = tree.request(id);
        return txn.ifModified(folder + "root", revisions.root).ifModified(folder + "job", revisions.job)
                .ifModified(folder + "method", revisions.method).ifModified(tree.run(id), revisions.run);
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

    private static Request begun(Tree tree, String id, long age, String error, Snapshot all,
            Revisions revisions) {
        String folder = tree.run(id) + "/";
        for (String key : List.of(folder + "root", folder + "method", folder + "jobs", tree.next(id), tree.left(id))) {
            requireThat(all.has(key), key + " is missing: delete " + tree.request(id) + " and "
                    + tree.done(id) + ", and put the request again");
        }
        Terms terms = new Terms(all.value(folder + "root"), HashMethod.parse(all.value(folder + "method")),
                number("run/jobs", all.value(folder + "jobs"), 1, HexRange.MOST_JOBS));
        Run run = new Run(all.value(tree.run(id)), all.created(tree.run(id)),
                number("run/next", all.value(tree.next(id)), 0, terms.jobs),
                number("left", all.value(tree.left(id)), 1, terms.jobs));
        return new Request(id, age, terms, run, null, error, revisions);
    }

    private static Terms asked(String folder, Snapshot all) {
        return new Terms(prefix(all.value(folder + "root")), HashMethod.parse(all.value(folder + "method")),
                number("job", all.value(folder + "job"), 1, HexRange.MOST_JOBS));
    }

    /** photos, photos/ and /photos/ are the same; / is the whole bucket. */
    private static String prefix(String root) {
        requireThat(!root.isEmpty(), "root is empty: / is the whole bucket");
        String name = root.startsWith("/") ? root.substring(1) : root;
        return name.isEmpty() || name.endsWith("/") ? name : name + "/";
    }

    private static int number(String name, String text, int least, int most) {
        int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        requireThat(number >= least && number <= most,
                name + " '" + text + "' is not a number from " + least + " to " + most);
        return number;
    }

    private static void requireThat(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
