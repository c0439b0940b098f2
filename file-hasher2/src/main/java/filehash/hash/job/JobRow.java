package filehash.hash.job;

import filehash.pod.JobId;
import filehash.pod.Names;
import filehash.pod.Progress;
import filehash.pod.Tally;
import java.time.Clock;
import java.time.Instant;

/**
 * How far MySQL holds a job, by its row in FileHashJob: all names up to the last are stored, and none after it.
 *
 * @param last empty where nothing is stored
 * @param started when the first attempt began, by {@code clock}: MySQL's, as far as this machine knows it
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
