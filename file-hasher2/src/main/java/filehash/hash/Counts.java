package filehash.hash;

import filehash.pod.Failure;
import filehash.pod.Tally;
import filehash.program.Metrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** The hasher's counters of /metrics, from the start of the program on. Safe for use by several threads. */
final class Counts {
    private final Map<String, LongAdder> failed = new TreeMap<>();
    private final LongAdder rows;
    private final LongAdder bytes;
    private final LongAdder mysqlFailures;

    Counts(Metrics metrics) {
        rows = metrics.counter("filehash_rows_total", "Rows stored in FileHash");
        bytes = metrics.counter("filehash_bytes_hashed_total", "Bytes of the objects whose rows are stored");
        mysqlFailures = metrics.counter("filehash_mysql_failures_total",
                "Transactions that failed for a passing reason and were retried");
        for (Failure.Kind kind : Failure.Kind.values()) {
            failed.put(kind.name(), metrics.counter("filehash_objects_failed_total",
                    "Objects stored in FileHashError, by class", "class", kind.name()));
        }
    }

    /** @param methods how many rows each object has */
    void stored(Tally before, Tally after, int methods) {
        rows.add((after.files() - before.files()) * methods);
        bytes.add(after.bytes() - before.bytes());
        failed.forEach((kind, count) -> count.add(after.failedByClass().getOrDefault(kind, 0L)
                - before.failedByClass().getOrDefault(kind, 0L)));
    }

    void mysqlFailed() {
        mysqlFailures.increment();
    }
}
