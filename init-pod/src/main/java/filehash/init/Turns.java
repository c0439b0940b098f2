package filehash.init;

import filehash.pod.Backoff;
import filehash.pod.JobId;
import filehash.pod.Stopped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * When this pod may try again what has failed. A fault of /conf lets the pod rest, and a refusal of a request's root
 * lets that request rest, longer each time. Afterwards the job that failed is the probe: while it waits to be tried,
 * the pod claims no new job of any request, or none of that request. So a fault that lasts costs one job per pod,
 * however many there are.
 *
 * <p>A failing job comes after all others for as many minutes as it has failed, up to a limit, and then in its order
 * again: it neither blocks the others nor waits for ever. The time is counted from when this pod first saw the failure,
 * so no two clocks are compared; the downside is that a new pod begins to count anew. Owned by the main thread.
 */
final class Turns {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

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

        void begin(JobId id, long now) {
            failed = id;
            until = now + pause.next().toNanos();
        }

        void end() {
            failed = null;
        }

        boolean lasts(long now) {
            return failed != null && now - until < 0;
        }

        /** The job that failed, if it still stands there as failing. */
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
        if (fault == Stopped.Fault.CONF) {
            pod.begin(id, clock.getAsLong());
        } else if (fault == Stopped.Fault.ROOT) {
            requests.computeIfAbsent(id.run(), run -> new Rest()).begin(id, clock.getAsLong());
        }
    }

    /** A row was stored. */
    void works(JobId id) {
        pod.end();
        pod.pause.reset();
        requests.remove(id.run());
    }

    /** Takes in a look: what has failed may be done or gone since. */
    void see(Look look) {
        if (pod.probe(look).isEmpty()) {
            pod.end();
        }
        requests.values().removeIf(rest -> rest.probe(look).isEmpty());
        Map<String, Failing> now = new HashMap<>();
        for (Request request : look.requests()) {
            if (request.begun()) {
                look.jobs(request).values().stream().filter(Look.Wip::failing).forEach(wip -> {
                    Failing before = failing.get(wip.folder());
                    boolean same = before != null && before.revision == wip.failedAt();
                    now.put(wip.folder(), same ? before : new Failing(wip.failedAt(), clock.getAsLong()));
                });
            }
        }
        failing = now;
    }

    /** Whether a fault of /conf is still to be tried again. */
    boolean faulty() {
        return pod.failed != null;
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

    /** The requests of which a new job may be claimed, older ones first. */
    List<Request> backlog(Look look, Predicate<Request> sound) {
        return look.backlog().stream().filter(sound)
                .filter(request -> !resting(request) && !probing(request, look)).toList();
    }

    /** Whether the new jobs of this request wait for one that failed. */
    boolean probing(Request request, Look look) {
        Rest rest = request.begun() ? requests.get(request.run().uuid()) : null;
        return rest != null && rest.probe(look).filter(Look.Wip::orphaned).isPresent();
    }

    /** Whether this job comes after all that have not failed. */
    boolean late(Look.Wip wip) {
        Failing since = failing.get(wip.folder());
        return wip.failing() && (since == null || clock.getAsLong() - since.seenAt
                < Math.min(wip.failures(), mostMinutes) * MINUTE);
    }

    /** Whether some rest that lasted then is over. */
    boolean restEndedSince(long then) {
        long now = clock.getAsLong();
        return ended(pod, then, now) || requests.values().stream().anyMatch(rest -> ended(rest, then, now));
    }

    private static boolean ended(Rest rest, long then, long now) {
        return rest.lasts(then) && !rest.lasts(now);
    }
}
