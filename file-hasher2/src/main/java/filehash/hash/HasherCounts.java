package filehash.hash;

import filehash.job.HashMethod;
import filehash.job.Tally;
import filehash.pod.Failure;
import filehash.pod.Waited;
import filehash.program.Metrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** The hasher's metrics, from the start of the program on. Safe for use by several threads. */
final class HasherCounts {
    private static final double MILLIS = 1000;
    private static final double NANOS = 1e9;

    private final Map<String, LongAdder> failed = new TreeMap<>();
    private final Map<Wait, LongAdder> waited = new EnumMap<>(Wait.class);
    private final Map<HashMethod, LongAdder> busy = new EnumMap<>(HashMethod.class);
    private final LongAdder rows;
    private final LongAdder bytes;
    private final LongAdder mysqlFailures;
    private final LongConsumer transactions;
    /** The time of the last one in milliseconds; 0 before the first batch. */
    private volatile long storedAt;

    /** What the hasher's loop spends its time on. The names are label values of a metric. */
    enum Wait {
        /** s3-fetch-tool2: files/ holds nothing that is not hashed. */
        FETCHER(null),
        /** The digests. */
        DIGEST("cpu"),
        /** MySQL. A commit counts as a wait for digests if some are still busy at its end: MySQL was fast enough. */
        COMMIT("mysql"),
        /** The shared directory: its listing, and the removal of stored entries. */
        FILES("files");

        private final String cause;

        /** @param cause what bounds the work where this is the longest wait; null for the other sibling, which knows */
        Wait(String cause) {
            this.cause = cause;
        }
    }

    HasherCounts(Metrics metrics) {
        rows = metrics.counter("filehash_rows_total", "Rows stored in FileHash");
        bytes = metrics.counter("filehash_bytes_hashed_total", "Bytes of the objects whose rows are stored");
        mysqlFailures = metrics.counter("filehash_mysql_failures_total",
                "Transactions that failed for a passing reason and were retried");
        for (Failure.Kind kind : Failure.Kind.values()) {
            failed.put(kind.name(), metrics.counter("filehash_objects_failed_total",
                    "Objects stored in FileHashError, by class", "class", kind.name()));
        }
        for (Wait wait : Wait.values()) {
            waited.put(wait, metrics.seconds("filehash_waited_seconds_total",
                    "Seconds of the main loop while it has a job, by what it waited for", "for",
                    wait.name().toLowerCase(Locale.ROOT)));
        }
        for (HashMethod method : HashMethod.values()) {
            busy.put(method, metrics.seconds("filehash_digest_busy_seconds_total",
                    "Seconds that threads spent in digests, by method", "method", method.name()));
        }
        transactions = metrics.durations("filehash_mysql_transaction_duration_seconds",
                "Seconds of a transaction with MySQL, also of one that failed");
        metrics.gauge("filehash_last_progress_timestamp_seconds",
                "When the last rows were stored; absent before the first",
                () -> storedAt == 0 ? Double.NaN : storedAt / MILLIS);
    }

    /** @param methods how many rows each object has */
    void stored(Tally before, Tally after, int methods) {
        rows.add((after.files() - before.files()) * methods);
        bytes.add(after.bytes() - before.bytes());
        failed.forEach((kind, count) -> count.add(after.failedByClass().getOrDefault(kind, 0L)
                - before.failedByClass().getOrDefault(kind, 0L)));
        storedAt = System.currentTimeMillis();
    }

    void mysqlFailed() {
        mysqlFailures.increment();
    }

    void transaction(long nanos) {
        transactions.accept(nanos);
    }

    void waited(Wait wait, long nanos) {
        waited.get(wait).add(nanos);
    }

    /** All waits so far. */
    Waited waited() {
        Map<String, Double> seconds = new TreeMap<>();
        waited.forEach((wait, nanos) -> {
            if (wait.cause != null) {
                seconds.put(wait.cause, nanos.sum() / NANOS);
            }
        });
        return new Waited(seconds);
    }

    /** Nanoseconds in the digests of a method. */
    LongAdder busy(HashMethod method) {
        return busy.get(method);
    }
}
