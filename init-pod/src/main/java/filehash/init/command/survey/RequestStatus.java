package filehash.init.command.survey;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.init.tree.JobProgress.Lately;
import filehash.job.HashMethod;
import filehash.job.Tally;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One request as status shows it, and, field by field, as --json prints it.
 *
 * @param bucket null for the one that the pods have in /conf
 * @param endpoint the URL of the S3 server; null for AWS, and before the request has begun
 * @param root null if the request is incomplete or bad
 * @param tally what is hashed or failed so far
 * @param planned what the plan has counted; null without a plan
 * @param share the part of the work that is done, from 0 to 1; null if it is not known
 * @param estimated whether the share follows from names or from an incomplete plan
 * @param started when the first job began; null before that
 * @param updated when a row was last stored, or the request ended
 * @param problem why no pod works on it, or null
 * @param parked the jobs that wait for a person
 * @param failing the jobs whose last attempts stored nothing, and that are tried again
 * @param priority pods take jobs of requests with a higher one first; 0 unless its user says otherwise
 * @param bound what bounds the work; null if that is not known
 * @param refusedSince since when its planning has been refused each time, if that is lasting; or null
 */
public record RequestStatus(String id, State state, String bucket, String endpoint, String root,
        List<HashMethod> methods, Jobs jobs, int pods, @JsonUnwrapped Tally tally, Planned planned, Double share,
        boolean estimated, Instant started, Instant updated, Pace pace, String problem, List<Stuck> parked,
        List<Stuck> failing, int priority, Bound bound, Instant refusedSince) {
    /** One without a priority of its own, of which it is not known what bounds it. */
    public RequestStatus(String id, State state, String bucket, String endpoint, String root, List<HashMethod> methods,
            Jobs jobs, int pods, Tally tally, Planned planned, Double share, boolean estimated, Instant started,
            Instant updated, Pace pace, String problem, List<Stuck> parked, List<Stuck> failing) {
        this(id, state, bucket, endpoint, root, methods, jobs, pods, tally, planned, share, estimated, started,
                updated, pace, problem, parked, failing, 0, null, null);
    }

    public enum State {
        /** A key is missing. */
        INCOMPLETE,
        /** No pod has begun it. */
        WAITING,
        /** A pod lists the folder, to cut it into jobs. */
        PLANNING, RUNNING,
        /** Its user has paused it. */
        PAUSED,
        /** Its user has cancelled it, and no pod has ended it yet. */
        CANCELLING,
        /** Nothing is left but parked jobs. */
        PARKED,
        /** Its user has to correct it. */
        BAD, DONE, CANCELLED
    }

    /**
     * How many jobs are in which state. Together they are all jobs; null fields are not known.
     *
     * @param all 0 if the plan decides
     * @param running on a pod
     * @param waiting for a pod
     */
    public record Jobs(int all, int done, int running, int waiting, int parked) {
    }

    /** @param complete false if the plan did not list everything */
    public record Planned(long objects, long bytes, boolean complete) {
    }

    /** @param reason the last one */
    public record Stuck(int job, int attempts, String reason) {
    }

    /**
     * What the pods of a request wait for.
     *
     * @param by the cause that most time is lost to
     * @param waited seconds per second in the last minute, by cause, of all pods together
     */
    public record Bound(String by, Map<String, Double> waited) {
        /** @return null if nothing is known of any of them */
        static Bound of(List<Lately> pods) {
            Map<String, Double> all = new TreeMap<>();
            pods.forEach(pod -> pod.waited().forEach((cause, some) -> all.merge(cause, some, Double::sum)));
            return all.entrySet().stream().filter(wait -> wait.getValue() > 0).max(Map.Entry.comparingByValue())
                    .map(longest -> new Bound(longest.getKey(), all)).orElse(null);
        }
    }

    /** Whether a person has to do something. */
    @JsonProperty("needsPerson")
    public boolean needsPerson() {
        return state == State.BAD || refusedSince != null || jobs.parked() > 0 && state != State.CANCELLING;
    }

    /** Whether a pod could go on with it. */
    public boolean waitsForPods() {
        return state == State.WAITING || state == State.CANCELLING || state == State.RUNNING && jobs.waiting() > 0;
    }

    /** Whether nothing more happens without a person. */
    public boolean stands() {
        return state == State.BAD || state == State.PARKED || refusedSince != null
                || state == State.PAUSED && pods == 0 || ended();
    }

    public boolean ended() {
        return state == State.DONE || state == State.CANCELLED;
    }

    RequestStatus with(Pace now) {
        return new RequestStatus(id, state, bucket, endpoint, root, methods, jobs, pods, tally, planned, share,
                estimated, started, updated, now, problem, parked, failing, priority, bound, refusedSince);
    }

    RequestStatus with(int ofItsUser, Instant refused) {
        return new RequestStatus(id, state, bucket, endpoint, root, methods, jobs, pods, tally, planned, share,
                estimated, started, updated, pace, problem, parked, failing, ofItsUser, bound, refused);
    }

    public RequestStatus with(Bound by) {
        return new RequestStatus(id, state, bucket, endpoint, root, methods, jobs, pods, tally, planned, share,
                estimated, started, updated, pace, problem, parked, failing, priority, by, refusedSince);
    }
}
