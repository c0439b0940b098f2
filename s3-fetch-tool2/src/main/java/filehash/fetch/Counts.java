package filehash.fetch;

import filehash.pod.Failure;
import filehash.program.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of /metrics, since the start of the program. Thread-safe. */
final class Counts {
    private final Map<Failure.Kind, LongAdder> failed = new EnumMap<>(Failure.Kind.class);
    private final LongAdder fetched;
    private final LongAdder bytes;
    private final LongAdder repeated;
    private final LongAdder hedged;

    Counts(Metrics metrics) {
        fetched = metrics.counter("filehash_fetched_objects_total", "Objects downloaded and published in files/");
        bytes = metrics.counter("filehash_fetched_bytes_total", "Bytes of the objects published in files/");
        repeated = metrics.counter("filehash_s3_failures_total",
                "Requests to S3 that failed transiently and were retried");
        hedged = metrics.counter("filehash_s3_hedges_total",
                "Second requests for an object whose first response was late");
        for (Failure.Kind kind : Failure.Kind.values()) {
            failed.put(kind, metrics.counter("filehash_fetch_failed_total",
                    "Objects that could not be fetched, by the class of the failure", "class", kind.name()));
        }
    }

    void fetched(long size) {
        fetched.increment();
        bytes.add(size);
    }

    void failed(Failure.Kind kind) {
        failed.get(kind).increment();
    }

    void hedged() {
        hedged.increment();
    }

    LongAdder repeated() {
        return repeated;
    }

    /** For the log. */
    @Override
    public String toString() {
        return fetched.sum() + " objects of " + bytes.sum() + " bytes, and "
                + failed.values().stream().mapToLong(LongAdder::sum).sum() + " failed";
    }
}
