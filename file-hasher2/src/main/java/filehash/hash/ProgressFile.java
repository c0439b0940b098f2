package filehash.hash;

import filehash.hash.job.JobRow;
import filehash.job.JobId;
import filehash.pod.Progress;
import filehash.program.Plural;
import filehash.program.Trouble;
import filehash.program.WholeFile;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces progress.json after commits. Once an attempt has begun, that is only a hint: if the fetcher restarts, it
 * lists from there, and entries since an old one come again and are removed. So a full disk does not end the digests
 * that are under way. Owned by one thread.
 */
final class ProgressFile {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressFile.class);

    /** How often it is replaced: some file systems write to the disk each time. */
    private static final long OFTEN = Duration.ofMillis(100).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final JobId id;
    private final Target target;
    private final Trouble trouble = new Trouble(LOG, "progress.json");
    private JobRow written;
    private long writtenAt = System.nanoTime();
    private long loggedAt = writtenAt;

    /** Where it is written. */
    interface Target {
        void write(Progress progress) throws IOException;
    }

    ProgressFile(JobId id, Target target) {
        this.id = id;
        this.target = target;
    }

    /** The attempt has begun: the fetcher waits for it. */
    void begin(JobRow row) throws IOException {
        target.write(row.progress(id));
        written = row;
    }

    /** @param ended whether all rows of the job are stored */
    void follow(JobRow row, boolean ended) throws IOException {
        if (row == written || !ended && System.nanoTime() - writtenAt < OFTEN) {
            return;
        }
        try {
            target.write(row.progress(id));
            written = row;
            trouble.over();
        } catch (IOException e) {
            if (ended || !WholeFile.wantsRoom(e)) {
                throw e;
            }
            trouble.failed(e.getMessage());
        }
        writtenAt = System.nanoTime();
        if (writtenAt - loggedAt >= MINUTE) {
            loggedAt = writtenAt;
            LOG.info("is at '{}': {}, {} failed, {}", row.last(), Plural.of(row.tally().files(), "file"),
                    row.tally().failed(), Plural.of(row.tally().bytes(), "byte"));
        }
    }
}
