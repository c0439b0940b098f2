package filehash.fetch.plan;

import filehash.job.Amount;
import filehash.job.JobId;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import java.util.List;

/** Makes the plan from what was counted. */
public final class Decision {
    /** The published hex ranges are kept if the costliest costs at most so many times the mean. */
    private static final double EVEN = 1.5;
    /** They are kept for one page of hex names too, which are uneven by chance, unless these have more bytes. */
    private static final long FEW_BYTES = 1 << 30;
    private static final int PIECES_OF_A_JOB = 16;
    private static final int MOST_PIECES = 1 << 16;
    /** If the plan is to decide, a job has about so many objects or bytes. Precedence of init-pod repeats the first. */
    private static final long OBJECTS_OF_A_JOB = 10_000;
    private static final long BYTES_OF_A_JOB = 10_000_000_000L;
    private static final int JOBS_OF_A_POD = 4;
    private static final int MOST_JOBS = 4096;

    private Decision() {
    }

    /** How many pieces a survey should keep: enough for jobs of equal cost. */
    public static int pieces(Conf.PlanOrder order) {
        return order.jobs() == 0 ? MOST_PIECES : Math.min(MOST_PIECES, PIECES_OF_A_JOB * Math.max(64, order.jobs()));
    }

    /** Ends the survey, whether it is complete or not. */
    public static PlanFin of(JobId id, Conf.PlanOrder order, Survey survey, double seconds) {
        boolean complete = survey.isComplete();
        if (!complete && survey.hex().isEven()) {
            return plan(id, Split.HEX, jobs(order, survey.hex().estimate()), survey, survey.hex().estimate(), List.of(),
                    seconds);
        }
        List<Piece> pieces = survey.pieces().all();
        Amount all = pieces.stream().map(Piece::amount).reduce(Amount.NONE, Amount::plus);
        int jobs = jobs(order, all);
        boolean isHex = order.split() == Split.AUTO && (survey.isPageOfHex() && all.bytes() <= FEW_BYTES
                || Ranges.hexUnevenness(pieces, jobs) <= EVEN);
        List<PlannedRange> ranges = isHex ? List.of() : Ranges.of(pieces, jobs);
        return plan(id, isHex ? Split.HEX : Split.LIST, jobs, survey, all, ranges, seconds);
    }

    /** The same plan, with the totals of a complete survey. */
    public static PlanFin counted(PlanFin estimate, Survey survey) {
        Plan plan = estimate.plan();
        Totals totals = survey.totals();
        return new PlanFin(estimate.id(), new Plan(plan.split(), plan.jobs(), totals.all(), totals.largest(),
                totals.storageClasses(), plan.requests() + survey.requests(), plan.seconds(), true), estimate.ranges());
    }

    private static PlanFin plan(JobId id, Split split, int jobs, Survey survey, Amount all, List<PlannedRange> ranges,
            double seconds) {
        Totals totals = survey.totals();
        return new PlanFin(id, new Plan(split, jobs, all, totals.largest(), totals.storageClasses(),
                survey.requests(), seconds, survey.isComplete()), ranges);
    }

    private static int jobs(Conf.PlanOrder order, Amount all) {
        if (order.jobs() > 0) {
            return order.jobs();
        }
        long bySize = Math.max(all.objects() / OBJECTS_OF_A_JOB, all.bytes() / BYTES_OF_A_JOB);
        long wanted = Math.max(bySize, (long) JOBS_OF_A_POD * order.pods());
        return (int) Math.max(1, Math.min(Math.min(wanted, MOST_JOBS), all.objects()));
    }
}
