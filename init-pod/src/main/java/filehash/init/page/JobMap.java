package filehash.init.page;

import filehash.init.command.survey.RequestJobs;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.Wip;
import filehash.job.Tally;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The jobs of a request as the page draws them: a letter for each, in the order of names, and what is known of those
 * that are neither waiting nor done.
 */
record JobMap(String letters, List<Job> jobs) {
    private static final char DONE = 'd';
    private static final char RUNNING = 'r';
    private static final char FAILING = 'f';
    private static final char PARKED = 'p';
    private static final char WAITING = 'w';
    /** More at once say nothing to a person; those that need one come first. */
    private static final int MOST = 300;

    /**
     * A job in progress.
     *
     * @param host null if no pod works on it
     * @param share how far it is, from 0 to 1; null if it is not known
     * @param tries attempts in a row that stored nothing
     * @param reason why the last of them did not
     */
    record Job(int job, boolean parked, String host, long attempt, String last, Double share, long objects, long failed,
            long bytes, Instant updated, int tries, String reason) {

        static Job of(RequestJobs work, Wip wip) {
            Tally tally = wip.progress() == null ? Tally.NONE : wip.progress().tally();
            OptionalDouble share = work.share(wip);
            return new Job(wip.job(), wip.parked(), wip.hosted() ? wip.host() : null, wip.attempt(), wip.last(),
                    share.isEmpty() ? null : share.getAsDouble(), tally.objects(), tally.failed(), tally.bytes(),
                    wip.progress() == null ? null : wip.progress().updated(), wip.stuck().attempts(),
                    wip.stuck().reason());
        }
    }

    /** @param work null for a request that has not begun, or has ended */
    static JobMap of(RequestStatus request, RequestJobs work) {
        int jobs = request.jobs().all();
        if (work == null) {
            boolean known = request.state() == State.DONE || request.state() == State.WAITING && jobs > 0;
            String letter = String.valueOf(request.state() == State.DONE ? DONE : WAITING);
            return new JobMap(known ? letter.repeat(jobs) : null, List.of());
        }
        char[] letters = String.valueOf(WAITING).repeat(jobs).toCharArray();
        work.done().stream().filter(job -> job < jobs).forEach(job -> letters[job] = DONE);
        work.wips().forEach(wip -> letters[wip.job()] = letter(wip));
        return new JobMap(new String(letters), work.wips().stream()
                .sorted(Comparator.comparing((Wip wip) -> !wip.parked()).thenComparing(wip -> !wip.failing())
                        .thenComparing(wip -> !wip.hosted()).thenComparing(Wip::job))
                .limit(MOST).map(wip -> Job.of(work, wip)).toList());
    }

    private static char letter(Wip wip) {
        return wip.parked() ? PARKED : wip.failing() ? FAILING : wip.hosted() ? RUNNING : WAITING;
    }
}
