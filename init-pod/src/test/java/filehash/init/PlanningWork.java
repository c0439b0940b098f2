package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.job.Amount;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PlanFin;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Work of pods that can plan. Each planning cuts elsewhere, so ranges of two plannings do not tile all names. Where the
 * plan decides, it takes seven jobs.
 */
final class PlanningWork implements Pod.Work {
    static final int AUTO = 7;

    private final Pod.Work work;
    private final AtomicInteger plannings = new AtomicInteger();
    private final NavigableMap<Integer, Conf> begun = new ConcurrentSkipListMap<>();
    private volatile BiFunction<Integer, Integer, String> names = (planning, job) -> "IMG_%05d_%d"
            .formatted(job, planning);
    private volatile Split split = Split.LIST;
    private volatile boolean complete = true;
    private volatile boolean holds;
    private volatile GiveUp failure;
    private volatile Conf planned;

    PlanningWork(Pod.Work work) {
        this.work = work;
    }

    /** Plannings do not end. */
    PlanningWork hold() {
        holds = true;
        return this;
    }

    void letGo() {
        holds = false;
    }

    void fail(GiveUp how) {
        failure = how;
    }

    /** Finds that hex ranges are even. */
    PlanningWork findsHex() {
        split = Split.HEX;
        return this;
    }

    /** Finds that hex ranges are even without listing all. */
    PlanningWork estimatesHex() {
        complete = false;
        return findsHex();
    }

    /** What is counted beside the work on what was planned last. */
    PlanFin counted(long objects) {
        Amount total = new Amount(objects, 10 * objects);
        return new PlanFin(planned.id(), plan(planned.plan().jobs(), total, true), List.of());
    }

    /** @param start by planning and job */
    PlanningWork cutsAt(BiFunction<Integer, Integer, String> start) {
        names = start;
        return this;
    }

    /** The conf.json of the last planning, or null. */
    Conf planned() {
        return planned;
    }

    /** Where this planning cuts. */
    String cut(int planning, int job) {
        return names.apply(planning, job);
    }

    int plannings() {
        return plannings.get();
    }

    @Override
    public boolean plans() {
        return true;
    }

    @Override
    public Optional<PlanFin> plan(Conf conf) throws GiveUp {
        planned = conf;
        if (failure != null) {
            throw failure;
        }
        return holds ? Optional.empty() : Optional.of(fin(conf, plannings.incrementAndGet()));
    }

    private PlanFin fin(Conf conf, int planning) {
        int jobs = conf.plan().jobs() == 0 ? AUTO : conf.plan().jobs();
        Plan plan = plan(jobs, new Amount(10L * jobs, 100L * jobs), complete);
        List<PlannedRange> ranges = split == Split.HEX ? List.of() : IntStream.range(0, jobs)
                .mapToObj(job -> new PlannedRange(job == 0 ? "" : names.apply(planning, job),
                        names.apply(planning, job) + "~", new Amount(10, 100)))
                .toList();
        return new PlanFin(conf.id(), plan, ranges);
    }

    private Plan plan(int jobs, Amount total, boolean all) {
        return new Plan(split, jobs, total, 10, Map.of("STANDARD", total), 1, 0.1, all);
    }

    @Override
    public Next next(Conf conf, long stored) throws GiveUp {
        begun.put(conf.id().job(), conf);
        return work.next(conf, stored);
    }

    /** Every name belongs to exactly one of the jobs that were worked on. */
    void assertTiles(int jobs) {
        assertEquals(IntStream.range(0, jobs).boxed().toList(), List.copyOf(begun.keySet()));
        assertEquals(split == Split.LIST ? "" : "00", begun.get(0).start());
        for (int job = 1; job < jobs; job++) {
            assertEquals(begun.get(job).start(), begun.get(job - 1).before(), "job " + job);
        }
        assertEquals(null, begun.get(jobs - 1).before());
    }
}
