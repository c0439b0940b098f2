package filehash.init.search;

import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.job.JobId;
import filehash.pod.Stopped;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides when this pod tries again what has failed. A refusal of a request's root lets that request rest, and a fault
 * of /conf the pod too, longer each time. Afterwards the job that failed is the probe: while it waits to be tried, the
 * pod claims no new job of that request, or of any. So a refusal that lasts costs one job per pod, however many there
 * are.
 *
 * <p>A fault of /conf may concern one request after all. So after a few failed probes the pod probes with one job of
 * each request in turn. Once a row of another request is stored, the fault counts as that request's own. The downside:
 * a fault that concerns all costs one job of each request in time, one each minute.
 *
 * <p>A job that has failed n times comes after all others for n minutes, at most maxAttempts minutes, and then in its
 * order again: it neither blocks the others nor waits for ever. The time is counted from when this pod first saw the
 * failure, so no two clocks are compared; the downside is that a new pod starts to count from zero. Main thread only.
 */
final class Turns {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** How often the job that met a fault of /conf is the only probe. */
    private static final int PROBES = 3;

    private final int maxAttempts;
    private final LongSupplier clock;
    private final Map<String, Rest> requests = new HashMap<>();
    /** Those that could not be planned, by id. */
    private final Map<String, Rest> unplanned = new HashMap<>();
    private final Rest pod = new Rest();
    private Map<String, Failing> failing = new HashMap<>();

    /** One failure of a job, by the revision that wrote it, and when this pod saw it first. */
    private record Failing(long revision, long seenAt) {
    }

    /**
     * @param maxAttempts MAX_ATTEMPTS, which also bounds the minutes that a failing job waits
     * @param clock in nanoseconds
     */
    Turns(int maxAttempts, LongSupplier clock) {
        this.maxAttempts = maxAttempts;
        this.clock = clock;
    }

    void failed(JobId id, Stopped.Fault fault) {
        boolean countsForNone = fault == Stopped.Fault.NONE || fault == Stopped.Fault.JOB && !faulty();
        if (!countsForNone) {
            long now = clock.getAsLong();
            Rest rest = requests.computeIfAbsent(id.run(), run -> new Rest());
            rest.begin(id, now);
            if (faulty() || fault == Stopped.Fault.CONF && !rest.isOwn()) {
                pod.begin(id, now);
            }
        }
    }

    /** A request that could not be planned rests; then the next try is the probe. */
    void unplanned(String request, JobId id, Stopped.Fault fault) {
        Rest rest = unplanned.computeIfAbsent(request, key -> new Rest());
        rest.begin(id, clock.getAsLong());
        rest.setOfConf(fault == Stopped.Fault.CONF);
    }

    void planned(String request) {
        unplanned.remove(request);
    }

    /** Whether a fault of /conf keeps a request from being planned. */
    boolean faultyPlan() {
        return unplanned.values().stream().anyMatch(Rest::isOfConf);
    }

    /** A row was stored. */
    void works(JobId id) {
        pod.end();
        pod.reset();
        requests.remove(id.run());
        requests.values().forEach(Rest::setOwn);
    }

    /** Forgets failed jobs that the look finds done or gone. */
    void see(Look look) {
        if (pod.probe(look).isEmpty()) {
            pod.end();
        }
        requests.values().removeIf(rest -> rest.probe(look).isEmpty());
        unplanned.keySet().retainAll(look.requests().stream().filter(request -> !request.begun()).map(Request::id)
                .toList());
        Map<String, Failing> now = new HashMap<>();
        for (Request request : look.requests()) {
            if (request.begun()) {
                look.jobs(request).values().stream().filter(Look.Wip::failing).forEach(wip -> {
                    Failing before = failing.get(wip.keys().folder());
                    boolean same = before != null && before.revision == wip.failedAt();
                    now.put(wip.keys().folder(), same ? before : new Failing(wip.failedAt(), clock.getAsLong()));
                });
            }
        }
        failing = now;
    }

    /** Whether a fault of /conf is still to be probed. */
    boolean faulty() {
        return pod.failed() != null;
    }

    /** Whether the job that met a fault of /conf was the probe often enough. */
    boolean probesAll() {
        return faulty() && pod.times() >= PROBES;
    }

    /** Requests that have not failed yet first, in their order; then the one that failed longest ago. */
    List<Request> inTurn(List<Request> all) {
        long now = clock.getAsLong();
        return all.stream().sorted(Comparator.comparingLong(request -> {
            Rest rest = rest(request);
            return rest == null ? Long.MIN_VALUE : rest.until() - now;
        })).toList();
    }

    private Rest rest(Request request) {
        return request.begun() ? requests.get(request.run().uuid()) : unplanned.get(request.id());
    }

    /** Whether the pod rests. */
    boolean resting() {
        return pod.lasts(clock.getAsLong());
    }

    /** Whether this request rests. */
    boolean resting(Request request) {
        Rest rest = rest(request);
        return rest != null && rest.lasts(clock.getAsLong());
    }

    /** The one job to be tried while there is a fault of /conf, unless another pod has it. */
    Optional<JobId> probe(Look look) {
        return pod.probe(look).filter(Look.Wip::orphaned).map(wip -> pod.failed());
    }

    /** The requests of which a new job may be claimed, in their order. */
    List<Request> backlog(Look look, Predicate<Request> sound) {
        return inTurn(Precedence.sorted(look, look.backlog().stream().filter(sound)
                .filter(request -> !resting(request) && !probing(request, look)).toList()))
                .stream().sorted(Precedence.byPriority()).toList();
    }

    /** Whether the new jobs of this request wait for one that failed. */
    boolean probing(Request request, Look look) {
        Rest rest = rest(request);
        return rest != null && rest.probe(look).filter(Look.Wip::orphaned).isPresent();
    }

    /** Whether this job comes after all that have not failed. */
    boolean late(Look.Wip wip) {
        Failing since = failing.get(wip.keys().folder());
        return wip.failing()
                && (since == null || clock.getAsLong() - since.seenAt < Math.min(wip.failures(), maxAttempts) * MINUTE);
    }

    /** Whether a rest that lasted at that time has ended. */
    boolean restEndedSince(long then) {
        long now = clock.getAsLong();
        return ended(pod, then, now) || Stream.concat(requests.values().stream(), unplanned.values().stream())
                .anyMatch(rest -> ended(rest, then, now));
    }

    private static boolean ended(Rest rest, long then, long now) {
        return rest.lasts(then) && !rest.lasts(now);
    }
}
