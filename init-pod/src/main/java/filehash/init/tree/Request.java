package filehash.init.tree;

import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.job.HashMethod;
import filehash.job.Split;
import java.util.List;

/**
 * A user's request, from the keys of /req/&lt;id&gt;, and how many of its jobs are claimed. Users may write anything,
 * so a request is incomplete, or bad with a problem, or it has terms; with terms it may have begun. Immutable.
 *
 * @param age the revision that created its job key: older requests come first; 0 if it is only to be planned
 * @param terms what was asked for, or of a run what it began with; null while incomplete or bad
 * @param run how far it is, or null before the first claim
 * @param problem why it cannot be worked on, or null
 * @param error what stands at its error key, or null
 * @param planner who plans or planned it before it has begun, or null
 * @param control whether it is paused or to be cancelled, and its priority
 * @param revisions of what it was read from
 */
public record Request(String id, long age, Terms terms, Run run, String problem, String error, Planner planner,
        Control control, Revisions revisions) {

    /** The revisions that last wrote its keys; 0 for one that is not there. */
    public record Revisions(RequestKeys.AskedRevisions asked, long run, long error, long plan, long planId,
            long planHost, long planFailures) {
    }

    /** Its state in /metrics. The user of a bad one must act; error says how. */
    public enum State {
        INCOMPLETE, QUEUED, BEGUN, PAUSED, BAD
    }

    /**
     * What was asked for.
     *
     * @param root the prefix of the S3 folder: empty, or with a slash at its end
     * @param jobs 0 if the plan decides
     * @param bucket null for that of /conf
     * @param split how the names are divided; of a run what the plan decided, and auto if there was none
     */
    public record Terms(String root, List<HashMethod> methods, int jobs, String bucket, Split split) {
        /** The most jobs that are planned: 8 MB of ranges, if all names are as long as S3 takes them. */
        public static final int MOST_PLANNED = 4096;

        /** Divided as a request is that says nothing about it. */
        public Terms(String root, List<HashMethod> methods, int jobs, String bucket) {
            this(root, methods, jobs, bucket, Split.AUTO);
        }

        public String methodNames() {
            return HashMethod.join(methods);
        }

        public String splitName() {
            return RequestReader.name(split);
        }

        /** Whether jobs take the ranges that a plan has cut. */
        public boolean listed() {
            return split == Split.LIST;
        }

        /** Whether a run was planned. */
        public boolean planned() {
            return split != Split.AUTO;
        }

        /** Whether its run can begin only with a plan. */
        public boolean needsPlan() {
            return listed() || jobs == 0;
        }

        /** Whether a plan comes first, where a pod can plan. One job has all names in any case. */
        public boolean wantsPlan() {
            return needsPlan() || split == Split.AUTO && jobs > 1 && jobs <= MOST_PLANNED;
        }
    }

    /**
     * The planning of a request.
     *
     * @param id its uuid, or null
     * @param alive whether its pod holds it by a lease; otherwise that pod was lost
     * @param failures plannings before that came to nothing
     */
    public record Planner(String id, boolean alive, Failures failures) {
    }

    /**
     * A request that has begun.
     *
     * @param began the revision at which it began
     * @param next the next job to be claimed
     * @param left jobs that are not done
     * @param objects how many the plan counted; 0 without one
     * @param source null if the run began before runs recorded their source: /conf decides then
     */
    public record Run(String uuid, long began, int next, int left, long objects, Source source) {
    }

    /**
     * What its user may put beside it at any time.
     *
     * @param cancel the revision that wrote the key which cancels it; 0 without one
     * @param paused whether no pod is to work on it
     * @param priority pods take jobs of requests with a higher one first
     * @param problem why the key priority does not count; null if it does, or is absent
     */
    public record Control(long cancel, boolean paused, int priority, String problem) {
        public boolean cancelled() {
            return cancel > 0;
        }

        /** Whether no job of it may be claimed. */
        public boolean held() {
            return paused || cancelled();
        }
    }

    public static Request of(Tree tree, String id, Snapshot all) {
        RequestKeys keys = tree.request(id);
        long age = all.created(all.has(keys.job()) ? keys.job() : keys.run());
        String error = all.value(keys.error());
        Revisions revisions = RequestReader.revisions(keys, all);
        Control control = RequestReader.control(keys, all);
        try {
            RequestReader.requireId(id);
            if (all.has(keys.run())) {
                Terms terms = RequestReader.begun(tree, id, all);
                return new Request(id, age, terms, RequestReader.run(tree, id, terms, all), null, error, null,
                        control, revisions);
            }
            boolean complete = all.has(keys.root()) && all.has(keys.method())
                    && (all.has(keys.job()) || all.has(keys.estimate()));
            return new Request(id, age, complete ? RequestReader.asked(keys, all) : null, null, null, error,
                    RequestReader.planner(keys, all), control, revisions);
        } catch (IllegalArgumentException e) {
            return new Request(id, age, null, null, Text.error(e.getMessage()), error, null, control, revisions);
        }
    }

    public Request with(String newProblem) {
        return new Request(id, age, null, null, Text.error(newProblem), error, null, control, revisions);
    }

    /** Makes the transaction compare that the user has not changed it and no pod has begun it. */
    public Txn unchanged(Txn txn, Tree tree) {
        RequestKeys keys = tree.request(id);
        RequestKeys.AskedRevisions asked = revisions.asked;
        return txn.ifModified(keys.root(), asked.root()).ifModified(keys.job(), asked.job())
                .ifModified(keys.estimate(), asked.estimate()).ifModified(keys.method(), asked.method())
                .ifModified(keys.bucket(), asked.bucket()).ifModified(keys.split(), asked.split())
                .ifModified(keys.run(), revisions.run);
    }

    public State state() {
        return problem != null || begun() && error != null || waits() ? State.BAD
                : control.paused() ? State.PAUSED : begun() ? State.BEGUN
                : terms == null || isEstimated() ? State.INCOMPLETE : State.QUEUED;
    }

    public boolean begun() {
        return run != null;
    }

    /** Whether its user wants to see the plan, and no run. */
    public boolean isEstimate() {
        return terms != null && run == null && revisions.asked.job() == 0;
    }

    /** Whether it has been planned, and waits for its user, who may turn it into a run by its job key. */
    public boolean isEstimated() {
        return isEstimate() && revisions.plan > 0 && !revisions.asked.isAfter(revisions.plan);
    }

    /** Whether no pod may try it until its user deletes the error. */
    public boolean waits() {
        return LastingError.is(error);
    }

    /** Whether a pod plans it now. */
    public boolean beingPlanned() {
        return planner != null && planner.alive;
    }

    /** Whether it has jobs to claim, or is to be planned. One that is held, or is a run with an error, has none. */
    public boolean unclaimed() {
        return terms != null && !control.held()
                && (run == null ? !beingPlanned() && !isEstimated() : run.next < terms.jobs() && error == null);
    }

    /** Jobs that are not done, parked ones included. One while their number, or their ranges, are being decided. */
    public int left() {
        return terms == null || isEstimated() ? 0 : run != null ? run.left : beingPlanned() || isEstimate() ? 1
                : Math.max(1, terms.jobs());
    }
}
