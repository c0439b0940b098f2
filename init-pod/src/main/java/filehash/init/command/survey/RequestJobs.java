package filehash.init.command.survey;

import filehash.job.HexRange;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The jobs of a request that has begun.
 *
 * @param jobs how many it has
 * @param hex whether their ranges are the published ones
 * @param wips those in progress
 * @param done the numbers of those that are done; it is never changed
 */
public record RequestJobs(int jobs, boolean hex, List<Wip> wips, BitSet done) {
    /** How far a job in progress is, from 0 to 1, by the last name that it has stored; empty if names do not say it. */
    public OptionalDouble share(Wip wip) {
        return hex && !wip.last().isEmpty() ? Position.of(wip.last(), HexRange.of(wip.job(), jobs))
                : OptionalDouble.empty();
    }
}
