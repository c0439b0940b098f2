package filehash.init.tree;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.job.Amount;
import filehash.job.Tally;
import filehash.pod.Progress;
import filehash.program.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a job is, over all its attempts: the value of progress below /wip and /done.
 *
 * @param expected how far that is of what the plan counted; null without a plan, and below /done
 */
public record JobProgress(@JsonUnwrapped Tally tally, Instant started, Instant updated,
        @JsonInclude(Include.NON_NULL) Expected expected) {
    /** What stands for a part that is absent. */
    private static final String ABSENT = "absent";
    /** What an object costs beyond its bytes, as the plan cuts jobs. */
    private static final double BYTES_PER_OBJECT = 1 << 20;
    private static final double LEAST_SHARE = 0.01;

    /**
     * An estimate, because objects come and go, and because a plan may be one.
     *
     * @param percent rounded down
     * @param end when the job ends if it goes on as until now; null while too little is stored
     */
    public record Expected(long objects, long bytes, int percent, @JsonInclude(Include.NON_NULL) @JacksonInject(
            value = ABSENT, optional = OptBoolean.TRUE) Instant end) {
        static Expected of(Amount planned, Tally tally, Instant started, Instant updated) {
            double all = planned.bytes() + planned.objects() * BYTES_PER_OBJECT;
            double share = all == 0 ? 1 : Math.min(1, (tally.bytes() + tally.objects() * BYTES_PER_OBJECT) / all);
            double millis = Duration.between(started, updated).toMillis() * (1 - share) / share;
            Instant end = share < LEAST_SHARE ? null
                    : updated.plusMillis(Math.round(millis)).truncatedTo(ChronoUnit.SECONDS);
            return new Expected(planned.objects(), planned.bytes(), (int) (100 * share), end);
        }
    }

    /**
     * What a pod has waited for and stored in the last minute, in all its jobs: a value below /wip//lately/.
     *
     * @param request the one that the pod works on now
     * @param seconds how long that was: less at first
     * @param waited seconds per second, by cause
     */
    public record Lately(String request, double seconds, long objects, long bytes, Map<String, Double> waited) {
        public Lately {
            // Map.of cannot look for null
            if (request == null || waited == null || waited.values().stream().anyMatch(Objects::isNull)) {
                throw new IllegalArgumentException("a report without a request, or with a wait without seconds");
            }
        }
    }

    public JobProgress {
        Objects.requireNonNull(tally);
        Objects.requireNonNull(started);
        Objects.requireNonNull(updated);
    }

    @JsonCreator
    static JobProgress read(@JsonUnwrapped Tally tally, @JsonProperty("started") Instant started,
            @JsonProperty("updated") Instant updated,
            @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("expected") Expected expected) {
        return new JobProgress(tally, started, updated, expected);
    }

    public JobProgress(Tally tally, Instant started, Instant updated) {
        this(tally, started, updated, null);
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
     * @param planned what the plan counted, or null
     * @return whether this progress counts more objects than the last one
     */
    public static boolean publish(Optional<Progress> progress, Amount planned, JobKeys keys, Snapshot now, Txn txn) {
        if (progress.isEmpty()) {
            return false;
        }
        Progress far = progress.get();
        String json = Json.write(new JobProgress(far.tally(), far.started(), far.updated(), planned == null ? null
                : Expected.of(planned, far.tally(), far.started(), far.updated())));
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
