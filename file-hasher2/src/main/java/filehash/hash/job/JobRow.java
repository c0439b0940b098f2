package filehash.hash.job;

import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import filehash.pod.Progress;
import filehash.program.Plural;
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

    /**
     * Returns this row if it is what the batch would have made of it, because an earlier try of the batch was stored.
     * Otherwise something else has changed the row, and the attempt gives up.
     *
     * @param before the row before the batch
     * @param after the row after it
     */
    public JobRow settled(JobRow before, JobRow after) throws GiveUp {
        if (last.equals(after.last) && tally.equals(after.tally)) {
            return this;
        }
        // a replica that was behind took over, the row was edited, or a packet from before a restart came late
        throw GiveUp.job("FileHashJob moved: it has " + text() + ", and had " + before.text());
    }

    private String text() {
        return Plural.of(tally.objects(), "object") + " up to '" + last + "'";
    }

    public Progress progress(JobId id) {
        return new Progress(id, last, tally, started, clock.instant());
    }
}
