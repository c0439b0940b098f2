package filehash.init;

import filehash.init.claim.Claim;
import filehash.init.claim.Claims;
import filehash.init.claim.Planning;
import filehash.init.tree.JobRanges;
import filehash.job.PlannedRange;
import filehash.pod.PlanFin;
import filehash.program.Trouble;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Enters what was planned: the ranges and the run, or the plan alone. Main thread only. */
record PlanEntry(Claims claims, LeasedRetry retry, Trouble trouble) {
    /**
     * The outcome.
     *
     * @param settled false after the stop signal
     * @param stood false if the planning was no longer ours, or its user had changed the request
     * @param claim the first job of the run, if there is one
     */
    record Entered(boolean settled, boolean stood, Optional<Claim> claim) {
    }

    Entered enter(Planning planning, PlanFin fin) throws InterruptedException {
        if (planning.request().isEstimate()) {
            AtomicBoolean stood = new AtomicBoolean();
            boolean settled = retry.settled(trouble, () -> {
                stood.set(planning.enterEstimate(fin));
                return true;
            });
            return new Entered(settled, stood.get(), Optional.empty());
        }
        AtomicReference<Optional<Claim>> begun = new AtomicReference<>(Optional.empty());
        boolean settled = enterRanges(planning, fin.ranges()) && retry.settled(trouble, () -> {
            begun.set(claims.begin(planning, fin));
            return true;
        });
        return new Entered(settled, begun.get().isPresent(), begun.get());
    }

    private boolean enterRanges(Planning planning, List<PlannedRange> ranges) throws InterruptedException {
        boolean settled = true;
        for (int i = 0; settled && i < JobRanges.keys(ranges.size()); i++) {
            int key = i;
            settled = retry.settled(trouble, () -> {
                planning.enter(key, ranges);
                return true;
            });
        }
        return settled;
    }
}
