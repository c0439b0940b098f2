package filehash.init.tree;

import filehash.init.etcd.Txn;
import filehash.job.Amount;
import filehash.job.HexRange;
import filehash.job.PlannedRange;

/**
 * The names of one job of a run: published hex prefixes, or what a plan has cut. Immutable.
 *
 * @param start of a hex range the first prefix; else the first name that belongs to it
 * @param end of a hex range the last prefix; else the last name that the plan saw in it
 * @param before the next job's start, or null for the last job
 * @param planned what the plan counted in it; null for a hex range
 */
public record JobRange(String start, String end, String before, Amount planned) {
    public static JobRange hex(int job, int jobs) {
        HexRange range = HexRange.of(job, jobs);
        return new JobRange(range.start(), range.end(), range.before(), null);
    }

    /** @param next the range of the next job, or null for the last one */
    public static JobRange of(PlannedRange range, PlannedRange next) {
        return new JobRange(range.start(), range.end(), next == null ? null : next.start(), range.amount());
    }

    /** Makes the transaction write it to the job's keys. */
    public void write(Txn txn, JobKeys keys) {
        txn.put(keys.rangeStart(), start).put(keys.rangeEnd(), end);
        if (planned != null && before != null) {
            txn.put(keys.rangeBefore(), before);
        }
    }
}
