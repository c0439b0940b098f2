package filehash.fetch;

import filehash.fetch.transfer.Throttle;
import filehash.pod.Failure;
import filehash.pod.Waited;
import filehash.program.Metrics;
import filehash.program.Plural;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of the fetcher, since the start of the program. Thread-safe. */
final class FetcherCounts {
    private static final double MILLIS = 1000;
    private static final double NANOS = 1e9;

    private final Map<Failure.Kind, LongAdder> failed = new EnumMap<>(Failure.Kind.class);
    private final Map<Wait, LongAdder> waited = new EnumMap<>(Wait.class);
    private final LongAdder fetched;
    private final LongAdder bytes;
    private final LongAdder repeated;
    private final LongAdder hedged;
    private volatile int windowEntries;
    private volatile long windowBytes;
    /** The time of the last one in milliseconds; 0 before the first object. */
    private volatile long publishedAt;

    FetcherCounts(Metrics metrics, Capacity capacity, Throttle throttle) {
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
        for (Wait wait : Wait.values()) {
            waited.put(wait, metrics.seconds("filehash_waited_seconds_total",
                    "Seconds of the main loop while it has a job, by what it waited for", "for",
                    wait.name().toLowerCase(Locale.ROOT)));
        }
        metrics.gauge("filehash_s3_requests_limit", "The limit on concurrent requests to S3", throttle::limit);
        metrics.gauge("filehash_s3_requests_in_flight", "Requests to S3 under way, without second ones",
                throttle::underWay);
        metrics.gauge("filehash_window_entries", "Entries in files/, unfinished downloads included",
                () -> windowEntries);
        metrics.gauge("filehash_window_entries_limit", "FILES_LIMIT", capacity::files);
        metrics.gauge("filehash_window_bytes", "Bytes in files/ and in memory for it, unfinished downloads included",
                () -> windowBytes);
        metrics.gauge("filehash_window_bytes_limit", "FILES_BYTES", capacity::bytes);
        metrics.gauge("filehash_last_progress_timestamp_seconds",
                "When the last object was published; absent before the first",
                () -> publishedAt == 0 ? Double.NaN : publishedAt / MILLIS);
    }

    void fetched(long size) {
        fetched.increment();
        bytes.add(size);
        publishedAt = System.currentTimeMillis();
    }

    void failed(Failure.Kind kind) {
        failed.get(kind).increment();
        publishedAt = System.currentTimeMillis();
    }

    void hedged() {
        hedged.increment();
    }

    LongAdder repeated() {
        return repeated;
    }

    /** The fill of the window, after each turn. */
    void window(int entries, long inBytes) {
        windowEntries = entries;
        windowBytes = inBytes;
    }

    void waited(Wait wait, long nanos) {
        waited.get(wait).add(nanos);
    }

    /** All waits so far. */
    Waited waited() {
        Map<String, Double> seconds = new TreeMap<>();
        waited.forEach((wait, nanos) -> {
            if (wait.cause() != null) {
                seconds.merge(wait.cause(), nanos.sum() / NANOS, Double::sum);
            }
        });
        return new Waited(seconds);
    }

    /** The counts, as the log shows them. */
    @Override
    public String toString() {
        return Plural.of(fetched.sum(), "object") + " of " + Plural.of(bytes.sum(), "byte") + ", and "
                + failed.values().stream().mapToLong(LongAdder::sum).sum() + " failed";
    }
}
