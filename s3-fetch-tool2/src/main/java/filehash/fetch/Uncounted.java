package filehash.fetch;

import filehash.pod.Conf;
import filehash.pod.PlanFin;

/** A plan whose totals are an estimate, until a job of its run begins. */
record Uncounted(Conf planning, PlanFin estimate) {
    /** Whether this job may be of the run that began with this plan. */
    boolean isFor(Conf job) {
        return job.request().equals(planning.request()) && job.root().equals(planning.root());
    }
}
