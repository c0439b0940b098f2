package filehash.init.command.survey;

import filehash.init.command.survey.RequestStatus.Bound;
import filehash.init.command.survey.RequestStatus.Jobs;
import filehash.init.command.survey.RequestStatus.Planned;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.RequestStatus.Stuck;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Failures;
import filehash.init.tree.JobProgress.Lately;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Source;
import filehash.init.tree.Tree;
import filehash.job.HashMethod;
import filehash.job.HexRange;
import filehash.job.Tally;
import filehash.program.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Judges how far an open request is, from its keys, its jobs in progress and its jobs that are done. */
final class Assessment {
    private final Request request;
    private final RequestKeys keys;
    private final Snapshot values;
    private final List<Wip> wips;
    private final DoneSum done;
    private final List<Lately> pods;

    private Assessment(Tree tree, Request request, Snapshot values, List<Wip> wips, DoneSum done, List<Lately> pods) {
        this.request = request;
        this.keys = tree.request(request.id());
        this.values = values;
        this.wips = wips;
        this.done = done;
        this.pods = pods;
    }

    /**
     * @param wips the jobs in progress of its run that are not done by now
     * @param pods what its pods report
     */
    static RequestStatus of(Tree tree, Request request, Snapshot values, List<Wip> wips, DoneSum done,
            List<Lately> pods) {
        return new Assessment(tree, request, values, wips, done, pods).status();
    }

    private RequestStatus status() {
        Request.Terms terms = request.terms();
        Source source = request.begun() ? request.run().source() : null;
        Planned planned = planned();
        Tally tally = done.tally();
        Instant started = done.started();
        Instant updated = done.updated();
        for (Wip wip : wips) {
            if (wip.progress() != null) {
                tally = tally.plus(wip.progress().tally());
                started = DoneSum.earlier(started, wip.progress().started());
                updated = DoneSum.later(updated, wip.progress().updated());
            }
        }
        Double share = !request.begun() ? null : planned == null ? byNames() : byPlan(planned, tally);
        RequestStatus status = new RequestStatus(request.id(), state(),
                source == null ? terms == null ? null : terms.bucket() : source.bucket(),
                source == null || source.endpoint() == null ? null : source.endpoint().toString(),
                terms == null ? null : terms.root(), terms == null ? List.<HashMethod>of() : terms.methods(), jobs(),
                (int) wips.stream().filter(Wip::hosted).map(Wip::host).distinct().count(), tally, planned, share,
                share != null && (planned == null || !planned.complete()), started, updated, null, problem(),
                stuck(Wip::parked), stuck(Wip::failing)).with(request.control().priority(), refusedSince());
        if (started == null) {
            return status;
        }
        Optional<Pace> lately = Pace.lately(status, pods);
        return status.with(status.pods() == 0 ? null : Bound.of(pods)).with(lately.isPresent() ? lately.get()
                : Pace.of(status, tally.objects(), tally.bytes(), Duration.between(started, updated)));
    }

    private State state() {
        if (request.control().cancelled()) {
            return State.CANCELLING;
        }
        if (request.problem() != null || request.begun() && request.error() != null || request.waits()) {
            return State.BAD;
        }
        if (request.terms() == null || request.isEstimated()) {
            return State.INCOMPLETE;
        }
        if (request.control().paused()) {
            return State.PAUSED;
        }
        if (!request.begun()) {
            return values.lease(keys.planHost()) == 0 ? State.WAITING : State.PLANNING;
        }
        Jobs jobs = jobs();
        return jobs.parked() > 0 && jobs.done() + jobs.parked() == jobs.all() ? State.PARKED : State.RUNNING;
    }

    /** What its user has changed since was not refused. */
    private Instant refusedSince() {
        boolean waits = state() == State.WAITING || state() == State.PLANNING;
        Failures.Refused refused = request.planner() == null ? null : request.planner().failures().refused();
        return waits && refused != null && refused.lasts()
                && !request.revisions().asked().isAfter(values.modified(keys.planFailures())) ? refused.since() : null;
    }

    private String problem() {
        if (request.control().cancelled()) {
            return "it is to be cancelled: the next pod that looks ends it";
        }
        if (request.problem() != null) {
            return request.problem();
        }
        if (request.isEstimated()) {
            return "is planned, and waits for " + keys.job();
        }
        if (request.terms() != null) {
            boolean failed = !request.begun() && !request.waits() && request.planner() != null
                    && !request.planner().failures().equals(Failures.NONE);
            String priority = request.control().problem();
            return failed ? "planning failed, and is tried again: " + request.planner().failures().reason()
                    : request.error() != null ? request.error() : priority == null ? null
                    : priority + ": it counts as 0";
        }
        List<String> missing = Stream.of(keys.root(), keys.job(), keys.method()).filter(key -> !values.has(key))
                .toList();
        return "waits for " + String.join(" and ", missing) + wrongMethod();
    }

    /** Shows a wrong name before the request is complete, and pods judge it. */
    private String wrongMethod() {
        if (!values.has(keys.method())) {
            return "";
        }
        try {
            HashMethod.parse(String.valueOf(values.value(keys.method())).strip());
            return "";
        } catch (IllegalArgumentException e) {
            return "; " + e.getMessage();
        }
    }

    private Jobs jobs() {
        int all = request.terms() == null ? 0 : request.terms().jobs();
        int running = (int) wips.stream().filter(Wip::hosted).count();
        int parked = (int) wips.stream().filter(Wip::parked).count();
        return new Jobs(all, done.count(), running, Math.max(0, all - done.count() - running - parked), parked);
    }

    private List<Stuck> stuck(Predicate<Wip> which) {
        return wips.stream().filter(which).map(Wip::stuck).toList();
    }

    private Planned planned() {
        try {
            String json = values.value(keys.plan());
            return json == null ? null : Json.read(json, Planned.class);
        } catch (IllegalArgumentException e) {
            return null; // a user wrote it
        }
    }

    private static Double byPlan(Planned planned, Tally tally) {
        double all = Pace.cost(planned.objects(), planned.bytes());
        return all <= 0 ? null : Double.valueOf(Math.min(1, Pace.cost(tally.objects(), tally.bytes()) / all));
    }

    /** Jobs without objects do not count: names that are not hexadecimal leave most jobs empty. */
    private Double byNames() {
        boolean hex = !"list".equals(values.value(keys.runSplit()));
        int relevant = hex ? request.terms().jobs() - done.empty() : 0;
        double sum = done.count() - done.empty();
        for (Wip wip : wips) {
            boolean begun = hex && wip.progress() != null && wip.progress().tally().objects() > 0;
            OptionalDouble place = begun
                    ? Position.of(wip.last(), HexRange.of(wip.job(), request.terms().jobs())) : OptionalDouble.of(0);
            if (place.isEmpty()) {
                return null;
            }
            sum += place.getAsDouble();
        }
        return relevant == 0 ? null : Double.valueOf(sum / relevant);
    }
}
