package filehash.init;

import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.pod.JobId;
import filehash.pod.Stopped;
import filehash.program.Backoff;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * When this pod may try again what has failed. A refusal of a request's root lets that request rest, and a fault of
 * /conf the pod too, longer each time. Afterwards the job that failed is the probe: while it waits to be tried, the pod
 * claims no new job of that request, or of any. So a refusal that lasts costs one job per pod, however many there are.
 *
 * <p>A fault of /conf may concern one request after all. After a few probes in vain the pod therefore probes with one
 * job of each request in turn. Once a row of another request is stored, the fault counts as that request's own. The
 * downside: a fault that concerns all costs one job of each request in time, one each minute.
 *
 * <p>A failing job comes after all others for as many minutes as it has failed, up to a limit, and then in its order
 * again: it neither blocks the others nor waits for ever. The time is counted from when this pod first saw the failure,
 * so no two clocks are compared; the downside is that a new pod starts to count from zero. Main thread only.
 */
final class Turns {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** How often the job that met a fault of /conf is the only probe. */
    private static final int PROBES = 3;

    private final int mostMinutes;
    private final LongSupplier clock;
    private final Map<String, Rest> requests = new HashMap<>();
    private final Rest pod = new Rest();
    private Map<String, Failing> failing = new HashMap<>();

    /** One failure of a job, by the revision that wrote it, and when this pod saw it first. */
    private record Failing(long revision, long seenAt) {
    }

    private static final class Rest {
        private final Backoff pause = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
        private JobId failed;
        private long until;
        private int times;
        /** Other requests work: the fault is not that of /conf. */
        private boolean own;

        void begin(JobId id, long now) {
            failed = id;
            until = now + pause.next().toNanos();
            times++;
        }

        void end() {
            failed = null;
            times = 0;
        }

        boolean lasts(long now) {
            return failed != null && now - until < 0;
        }

        /** The job that failed, if the look still finds it failing. */
        Optional<Look.Wip> probe(Look look) {
            return failed == null ? Optional.empty() : look.requests().stream()
                    .filter(request -> request.begun() && request.run().uuid().equals(failed.run()))
                    .flatMap(request -> Optional.ofNullable(look.jobs(request).get(failed.job())).stream())
                    .filter(Look.Wip::failing).findFirst();
        }
    }

    /** @param clock in nanoseconds */
    Turns(int mostMinutes, LongSupplier clock) {
        this.mostMinutes = mostMinutes;
        this.clock = clock;
    }

    void failed(JobId id, Stopped.Fault fault) {
        boolean countsForNone = fault == Stopped.Fault.NONE || fault == Stopped.Fault.JOB && !faulty();
        if (!countsForNone) {
            long now = clock.getAsLong();
            Rest rest = requests.computeIfAbsent(id.run(), run -> new Rest());
            rest.begin(id, now);
            if (faulty() || fault == Stopped.Fault.CONF && !rest.own) {
                pod.begin(id, now);
            }
        }
    }

    /** A row was stored. */
    void works(JobId id) {
        pod.end();
        pod.pause.reset();
        requests.remove(id.run());
        requests.values().forEach(rest -> rest.own = true);
    }

    /** Forgets failed jobs that the look finds done or gone. */
    void see(Look look) {
        if (pod.probe(look).isEmpty()) {
            pod.end();
        }
        requests.values().removeIf(rest -> rest.probe(look).isEmpty());
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
        return pod.failed != null;
    }

    /** Whether the job that met a fault of /conf was the probe often enough. */
    boolean probesAll() {
        return faulty() && pod.times >= PROBES;
    }

    /** Requests that have not failed yet first, by age; then the one that failed longest ago. */
    List<Request> inTurn(List<Request> all) {
        long now = clock.getAsLong();
        return all.stream().sorted(Comparator.comparingLong(request -> {
            Rest rest = request.begun() ? requests.get(request.run().uuid()) : null;
            return rest == null ? Long.MIN_VALUE : rest.until - now;
        })).toList();
    }

    /** Whether the pod rests. */
    boolean resting() {
        return pod.lasts(clock.getAsLong());
    }

    /** Whether this request rests. */
    boolean resting(Request request) {
        Rest rest = request.begun() ? requests.get(request.run().uuid()) : null;
        return rest != null && rest.lasts(clock.getAsLong());
    }

    /** The one job to be tried while there is a fault of /conf, unless another pod has it. */
    Optional<JobId> probe(Look look) {
        return pod.probe(look).filter(Look.Wip::orphaned).map(wip -> pod.failed);
    }

    /** The requests of which a new job may be claimed, oldest first. */
    List<Request> backlog(Look look, Predicate<Request> sound) {
        return inTurn(look.backlog().stream().filter(sound)
                .filter(request -> !resting(request) && !probing(request, look)).toList());
    }

    /** Whether the new jobs of this request wait for one that failed. */
    boolean probing(Request request, Look look) {
        Rest rest = request.begun() ? requests.get(request.run().uuid()) : null;
        return rest != null && rest.probe(look).filter(Look.Wip::orphaned).isPresent();
    }

    /** Whether this job comes after all that have not failed. */
    boolean late(Look.Wip wip) {
        Failing since = failing.get(wip.keys().folder());
        return wip.failing() && (since == null || clock.getAsLong() - since.seenAt
                < Math.min(wip.failures(), mostMinutes) * MINUTE);
    }

    /** Whether a rest that lasted at that time has ended. */
    boolean restEndedSince(long then) {
        long now = clock.getAsLong();
        return ended(pod, then, now) || requests.values().stream().anyMatch(rest -> ended(rest, then, now));
    }

    private static boolean ended(Rest rest, long then, long now) {
        return rest.lasts(then) && !rest.lasts(now);
    }
}
