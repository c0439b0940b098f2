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
 * @param waited what the pod waits for: seconds per second of the last minute, by cause; null at first, and below /done
 * @param lately what the pod stored in that time
 */
public record JobProgress(@JsonUnwrapped Tally tally, Instant started, Instant updated,
        @JsonInclude(Include.NON_NULL) Expected expected, @JsonInclude(Include.NON_NULL) Map<String, Double> waited,
        @JsonInclude(Include.NON_NULL) Lately lately) {
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
     * What a pod has stored in the last minute, of all its jobs.
     *
     * @param seconds how long that was: less at first
     */
    public record Lately(double seconds, long objects, long bytes) {
    }

    /** What the siblings report of the job at work; waited and lately are null at first. */
    public record Report(Progress progress, Map<String, Double> waited, Lately lately) {
    }

    public JobProgress {
        Objects.requireNonNull(tally);
        Objects.requireNonNull(started);
        Objects.requireNonNull(updated);
        if (waited != null && waited.values().stream().anyMatch(Objects::isNull)) { // Map.of cannot look for null
            throw new IllegalArgumentException("a wait without seconds");
        }
    }

    @JsonCreator
    static JobProgress read(@JsonUnwrapped Tally tally, @JsonProperty("started") Instant started,
            @JsonProperty("updated") Instant updated,
            @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("expected") Expected expected,
            @JacksonInject(value = ABSENT,
                    optional = OptBoolean.TRUE) @JsonProperty("waited") Map<String, Double> waited,
            @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("lately") Lately lately) {
        return new JobProgress(tally, started, updated, expected, waited, lately);
    }

    public JobProgress(Tally tally, Instant started, Instant updated) {
        this(tally, started, updated, null, null, null);
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
    public static boolean publish(Optional<Report> report, Amount planned, JobKeys keys, Snapshot now, Txn txn) {
        if (report.isEmpty()) {
            return false;
        }
        Progress far = report.get().progress();
        String json = Json.write(new JobProgress(far.tally(), far.started(), far.updated(), planned == null ? null
                : Expected.of(planned, far.tally(), far.started(), far.updated()), report.get().waited(),
                report.get().lately()));
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
