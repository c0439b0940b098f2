package filehash.init.command.survey;

import filehash.init.command.survey.RequestStatus.Bound;
import filehash.init.command.survey.RequestStatus.Jobs;
import filehash.init.command.survey.RequestStatus.Planned;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.RequestStatus.Stuck;
import filehash.job.HashMethod;
import filehash.job.Tally;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A request in each state, as status may meet it. */
public final class Statuses {
    static final Instant BEGAN = Instant.parse("2026-11-30T10:00:00Z");
    public static final RequestStatus MANY_JOBS = of("2026-11-30-photos", State.RUNNING, new Jobs(64, 38, 8, 18, 0), 8,
            new Tally(6_204_118, 37, Map.of("ARCHIVED", 31L, "GONE", 6L), 4_100_000_000_000L),
            new Planned(10_000_000, 6_600_000_000_000L, true), 0.62, null, List.of(), List.of())
            .with(new Pace(21_340, 612_000_000, 60, 4320L));
    public static final RequestStatus ONE_JOB = of("scans", State.RUNNING, new Jobs(1, 0, 1, 0, 0), 1,
            new Tally(812, 0, Map.of(), 9_400_000), null, 0.31, null, List.of(), List.of())
            .with(new Pace(9.5, 110_000, 85, 189L)).with(new Bound("cpu", Map.of("cpu", 0.9, "s3", 0.05)));
    public static final RequestStatus OTHER_NAMES = of("camera", State.RUNNING, new Jobs(1, 0, 1, 0, 0), 1,
            new Tally(812, 0, Map.of(), 9_400_000), null, null, null, List.of(), List.of());
    public static final RequestStatus PLANNING =
            of("tapes", State.PLANNING, new Jobs(16, 0, 0, 16, 0), 0, Tally.NONE, null,
                    null, null, List.of(), List.of());
    public static final RequestStatus WAITING =
            of("later", State.WAITING, new Jobs(16, 0, 0, 16, 0), 0, Tally.NONE, null,
                    null, null, List.of(), List.of());
    public static final RequestStatus PARKED = of("films", State.PARKED, new Jobs(4, 2, 0, 0, 2), 0,
            new Tally(1_000, 0, Map.of(), 2_000_000_000), null, 0.5, null,
            List.of(new Stuck(1, 5, "table FileHash is full: free space on the server"),
                    new Stuck(3, 5, "table FileHash is full: free space on the server")),
            List.of());
    public static final RequestStatus FAILING = of("wrong-password", State.RUNNING, new Jobs(2, 0, 0, 2, 0), 0,
            Tally.NONE,
            null, 0.0, null, List.of(), List.of(new Stuck(0, 2, "Access denied for user 'filehash'@'10.0.0.7'")));
    public static final RequestStatus BAD = new RequestStatus("typo", State.BAD, null, null, null, List.of(),
            new Jobs(0, 0, 0, 0, 0), 0, Tally.NONE, null, null, false, null, null, null,
            "job 'sixteen' is not a number from 1 to 65536", List.of(), List.of());
    public static final RequestStatus INCOMPLETE =
            new RequestStatus("half", State.INCOMPLETE, null, null, null, List.of(),
                    new Jobs(0, 0, 0, 0, 0), 0, Tally.NONE, null, null, false, null, null, null,
                    "waits for /req/half/method", List.of(), List.of());
    public static final RequestStatus DONE = of("2026-11-29-photos", State.DONE, new Jobs(16, 16, 0, 0, 0), 0,
            new Tally(324, 3, Map.of("GONE", 3L), 1_200_000_000), null, 1.0, null, List.of(), List.of())
            .with(new Pace(6.6, 24_000_000, 49, null));
    public static final RequestStatus CANCELLED = of("mistake", State.CANCELLED, new Jobs(16, 3, 2, 0, 0), 2,
            new Tally(1_234, 0, Map.of(), 5_000_000), null, null, null, List.of(), List.of());
    public static final RequestStatus EMPTY = of("empty", State.DONE, new Jobs(1, 1, 0, 0, 0), 0, Tally.NONE, null, 1.0,
            "no object lies below this root: is the folder right?", List.of(), List.of());
    public static final RequestStatus UNPLANNED = of("no-bucket", State.WAITING, new Jobs(0, 0, 0, 0, 0), 0,
            Tally.NONE, null, null, "planning failed, and is tried again: LIST photos/: 404 NoSuchBucket", List.of(),
            List.of()).with(0, BEGAN);
    public static final RequestStatus PAUSED = of("maps", State.PAUSED, new Jobs(16, 5, 0, 11, 0), 0,
            new Tally(5_000, 0, Map.of(), 9_000_000_000L), null, 0.31, null, List.of(), List.of()).with(5, null);
    public static final RequestStatus CANCELLING = of("oops", State.CANCELLING, new Jobs(6, 2, 0, 3, 1), 0,
            new Tally(4_500, 0, Map.of(), 2_900_000_000L), null, 0.33, "it is to be cancelled: the next pod that looks"
                    + " ends it",
            List.of(new Stuck(3, 5, "table FileHash is full")), List.of());
    public static final List<RequestStatus> ALL =
            List.of(MANY_JOBS, ONE_JOB, OTHER_NAMES, PLANNING, WAITING, PARKED, FAILING,
                    BAD, INCOMPLETE, UNPLANNED, PAUSED, CANCELLING, DONE, EMPTY, CANCELLED);

    private Statuses() {
    }

    private static RequestStatus of(String id, State state, Jobs jobs, int pods, Tally tally, Planned planned,
            Double share, String problem, List<Stuck> parked, List<Stuck> failing) {
        return new RequestStatus(id, state, "archive", null, "photos/", List.of(HashMethod.SHA256), jobs, pods, tally,
                planned, share, planned == null, BEGAN, BEGAN.plusSeconds(60), null, problem, parked, failing);
    }

    public static RequestStatus named(String id, RequestStatus like) {
        return new RequestStatus(id, like.state(), like.bucket(), like.endpoint(), like.root(), like.methods(),
                like.jobs(), like.pods(), like.tally(), like.planned(), like.share(), like.estimated(), like.started(),
                like.updated(), like.pace(), like.problem(), like.parked(), like.failing());
    }

    /** With an id, a root and a problem that are as long and as awkward as a user can make them. */
    public static RequestStatus awkward(RequestStatus like) {
        String text = "\u001b[2Jschöne Wörter 写真\u202e 📷".repeat(30);
        return new RequestStatus(text, like.state(), text, "https://" + "s3.".repeat(40) + "example", text,
                List.of(HashMethod.values()), like.jobs(), like.pods(), like.tally(), like.planned(), like.share(),
                like.estimated(), like.started(), like.updated(), like.pace(), text + "x".repeat(300),
                List.of(new Stuck(65_535, 5, text)), List.of(new Stuck(65_534, 5, text)));
    }
}
