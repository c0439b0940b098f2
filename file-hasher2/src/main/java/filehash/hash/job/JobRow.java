package filehash.hash.job;

import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Names;
import filehash.pod.Progress;
import java.time.Clock;
import java.time.Instant;

/**
 * How much of a job MySQL holds, by its row in FileHashJob: all names up to the watermark are stored, and no others.
 *
 * @param last the watermark; empty if nothing is stored
 * @param started when the first attempt started, by {@code clock}
 * @param clock this machine's estimate of MySQL's clock
 */
public record JobRow(Tally tally, String last, Instant started, Clock clock) {

    public boolean holds(String name) {
        return Names.ORDER.compare(name, last) <= 0;
    }

    public JobRow plus(Batch batch) {
        return new JobRow(tally.plus(batch.tally()), batch.last(), started, clock);
    }

    public Progress progress(JobId id) {
        return new Progress(id, last, tally, started, clock.instant());
    }
}
