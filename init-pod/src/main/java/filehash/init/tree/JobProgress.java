package filehash.init.tree;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.job.Tally;
import filehash.pod.Progress;
import filehash.program.Json;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** How far a job is, over all its attempts: the value of progress below /wip and /done. */
public record JobProgress(@JsonUnwrapped Tally tally, Instant started, Instant updated) {
    public JobProgress {
        Objects.requireNonNull(tally);
        Objects.requireNonNull(started);
        Objects.requireNonNull(updated);
    }

    /** How many objects the key counts; 0 if it is absent or cannot be read. */
    public static long objects(String json) {
        try {
            return json == null ? 0 : Json.read(json, JobProgress.class).tally.objects();
        } catch (IllegalArgumentException e) {
            return 0; // a user wrote it; the next progress replaces it
        }
    }

    /**
     * Writes what differs from the snapshot.
     *
     * @return whether this progress counts more objects than the last one
     */
    public static boolean publish(Optional<Progress> progress, JobKeys keys, Snapshot now, Txn txn) {
        if (progress.isEmpty()) {
            return false;
        }
        Progress far = progress.get();
        String json = Json.write(new JobProgress(far.tally(), far.started(), far.updated()));
        if (!json.equals(now.value(keys.progress()))) {
            txn.put(keys.progress(), json);
        }
        boolean more = far.tally().objects() > objects(now.value(keys.progress()));
        if (more) {
            txn.put(keys.lastFilename(), far.last());
        }
        return more;
    }

    /** Whether the attempt in this snapshot has stored anything: only then it writes last_filename. */
    public static boolean isOfThisAttempt(JobKeys keys, Snapshot now) {
        return now.modified(keys.lastFilename()) > now.modified(keys.attempt());
    }
}
