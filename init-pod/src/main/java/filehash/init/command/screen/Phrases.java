package filehash.init.command.screen;

import filehash.init.command.survey.Pace;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.Jobs;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.RequestStatus.Stuck;
import filehash.job.HashMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What status says of a request, phrase by phrase. What users wrote is made harmless here. */
record Phrases(RequestStatus request) {
    private static final int JOBS_NAMED = 5;
    private static final Map<String, String> ADVICE = Map.of(
            "s3", ": run more pods, or raise S3_CONNECTIONS; if S3 throttles, run fewer",
            "limit", ": raise the limits in /conf, or lift them",
            "cpu", ": give file-hasher2 more CPU, or run more pods on other nodes",
            "mysql", ": raise FILES_LIMIT, or look at the server",
            "window", ": raise FILES_LIMIT and FILES_BYTES",
            "files", ": give the volume dat a faster disk");

    String id() {
        return Cells.shown(request.id());
    }

    /** The folder, and before it the host where it is not AWS. */
    String source() {
        String host = request.endpoint() == null ? ""
                : request.endpoint().replaceFirst("^https?://", "").replaceFirst("/$", "") + " ";
        return request.root() == null ? "" : Cells.shown(host) + folder();
    }

    /** s3://bucket/root/, as users write it. */
    String folder() {
        return request.root() == null ? "" : Cells.shown("s3://"
                + (request.bucket() == null ? "(of /conf)" : request.bucket()) + "/" + request.root());
    }

    String methods() {
        return HashMethod.join(request.methods());
    }

    String state() {
        return request.state() == State.CANCELLING ? "being cancelled"
                : request.state().name().toLowerCase(Locale.ROOT);
    }

    /** Empty for the usual one. */
    String priority() {
        return request.priority() == 0 || request.ended() ? "" : "priority " + request.priority();
    }

    /** Per cent, and the time that is left. */
    String share() {
        String share = Amounts.share(request.share(), request.estimated());
        Long left = request.pace() == null ? null : request.pace().secondsLeft();
        return left == null || request.ended() ? share : share + ", " + Amounts.time(left) + " left";
    }

    /** Objects, bytes and rates. */
    List<String> amounts() {
        long objects = request.tally().objects();
        RequestStatus.Planned planned = request.ended() ? null : request.planned();
        String of = planned == null || planned.complete() ? " of " : " of about ";
        List<String> all = new ArrayList<>();
        all.add(planned == null ? Amounts.count(objects, "object")
                : Amounts.count(objects) + of + Amounts.count(planned.objects(), "object"));
        all.add(Amounts.bytes(request.tally().bytes())
                + (planned == null ? "" : of + Amounts.bytes(planned.bytes())));
        Pace pace = request.pace();
        if (pace != null && request.pods() > 0 && !request.ended()) {
            all.add(Amounts.rate(pace.objectsPerSecond()) + " and " + Amounts.bytes(pace.bytesPerSecond()) + "/s over "
                    + Amounts.time(pace.overSeconds()));
        } else if (pace != null && request.ended()) {
            all.add("in " + Amounts.time(pace.overSeconds()));
        }
        return all;
    }

    List<String> jobs() {
        Jobs jobs = request.jobs();
        String all = jobs.all() == 0 ? "" : Amounts.count(jobs.all(), "job");
        if (request.ended() || !isBegun()) {
            return List.of(all);
        }
        List<String> parts = new ArrayList<>();
        parts.add(all + ": " + Amounts.count(jobs.done()) + " done");
        if (jobs.running() > 0) {
            parts.add(Amounts.count(jobs.running()) + " at work in " + Amounts.count(request.pods(), "pod"));
        }
        if (jobs.waiting() > 0) {
            parts.add(Amounts.count(jobs.waiting()) + " waiting"
                    + (jobs.running() == 0 && request.state() == State.RUNNING ? " for a pod" : ""));
        }
        if (jobs.parked() > 0) {
            parts.add(Amounts.count(jobs.parked()) + " parked");
        }
        return parts;
    }

    boolean isBegun() {
        return request.state() == State.RUNNING || request.state() == State.PARKED
                || (request.state() == State.BAD || request.state() == State.PAUSED
                        || request.state() == State.CANCELLING)
                        && request.jobs().done() + request.jobs().running() + request.tally().objects() > 0;
    }

    /** Failed objects by class, most first; empty if none failed. */
    String failed() {
        if (request.tally().failed() == 0) {
            return "";
        }
        return Amounts.count(request.tally().failed(), "object") + " failed: "
                + request.tally().failedByClass().entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(entry -> Amounts.count(entry.getValue()) + " " + Cells.shown(entry.getKey()))
                        .collect(Collectors.joining(", "));
    }

    List<String> parked() {
        return grouped(request.parked(), "is parked", "are parked");
    }

    List<String> failing() {
        return grouped(request.failing(), "is tried again", "are tried again");
    }

    /** Jobs that stopped for the same reason share a phrase. */
    private static List<String> grouped(List<Stuck> stuck, String one, String several) {
        Map<String, List<Integer>> byReason = new TreeMap<>();
        stuck.forEach(job -> byReason.computeIfAbsent(job.reason(), reason -> new ArrayList<>()).add(job.job()));
        List<String> phrases = new ArrayList<>();
        byReason.forEach((reason, jobs) -> {
            String names = jobs.stream().limit(JOBS_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
            int more = jobs.size() - JOBS_NAMED;
            phrases.add((jobs.size() == 1 ? "job " + names + " " + one : "jobs " + names
                    + (more > 0 ? " and " + Amounts.count(more) + " more " : " ") + several)
                    + ": " + Cells.shown(reason.isEmpty() ? "no reason is known" : reason));
        });
        return phrases;
    }

    /** What bounds the work, and what to do; empty if it is not known. */
    String bound() {
        if (request.bound() == null || request.state() != State.RUNNING) {
            return "";
        }
        String by = request.bound().by();
        return "bound by " + Cells.shown(by) + ADVICE.getOrDefault(by, "");
    }

    /** What is not as its user expects of a request that has ended, in a few words; or empty. */
    String flaw() {
        long failed = request.tally().failed();
        return request.problem() != null ? "but no object found" : failed == 0 ? "" : Amounts.count(failed) + " failed";
    }

    String problem() {
        return request.problem() == null ? "" : Cells.shown(request.problem());
    }
}
