package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Scrape;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void counters_ofOneNameStandTogether() {
        metrics.counter("filehash_failed_total", "objects that could not be had", "class", "GONE").add(3);
        metrics.counter("filehash_failed_total", "objects that could not be had", "class", "DENIED").increment();
        assertEquals("""
                # HELP filehash_failed_total objects that could not be had
                # TYPE filehash_failed_total counter
                filehash_failed_total{class="DENIED"} 1.0
                filehash_failed_total{class="GONE"} 3.0
                """, family("filehash_failed"));
    }

    @Test
    void seconds_areCountedInNanos() {
        LongAdder waited = metrics.seconds("filehash_waited_seconds_total", "seconds waited", "for", "s3");
        waited.add(1_500_000_000);
        waited.add(1_000_000);
        assertEquals(1.501, value("filehash_waited_seconds_total{for=\"s3\"}"));
    }

    @Test
    void durations_fallIntoBuckets() {
        LongConsumer get = metrics.durations("filehash_call_seconds", "seconds of a call", "operation", "GET");
        get.accept(4_000_000);
        get.accept(2_000_000_000);
        assertEquals(0, value("filehash_call_seconds_bucket{operation=\"GET\",le=\"0.0025\"}"));
        assertEquals(1, value("filehash_call_seconds_bucket{operation=\"GET\",le=\"0.005\"}"));
        assertEquals(2, value("filehash_call_seconds_bucket{operation=\"GET\",le=\"2.5\"}"));
        assertEquals(2, value("filehash_call_seconds_bucket{operation=\"GET\",le=\"+Inf\"}"));
        assertEquals(2, value("filehash_call_seconds_count{operation=\"GET\"}"));
        assertEquals(2.004, value("filehash_call_seconds_sum{operation=\"GET\"}"));
    }

    @Test
    void gauge_isReadAtEachScrapeAndLeftOutWhileItIsUnknown() {
        AtomicReference<Double> now = new AtomicReference<>(Double.NaN);
        metrics.gauge("filehash_progress_seconds", "when something happened", now::get);
        assertEquals("", family("filehash_progress"));
        now.set(7.5);
        assertEquals(7.5, value("filehash_progress_seconds"));
    }

    @Test
    void gauge_replacesAnEarlierOne() {
        metrics.gauge("filehash_jobs", "jobs", () -> 1, "state", "done");
        metrics.gauge("filehash_jobs", "jobs", () -> 2, "state", "done");
        assertEquals(1, family("filehash_jobs").lines().filter(line -> line.startsWith("filehash_jobs{")).count());
        assertEquals(2, value("filehash_jobs{state=\"done\"}"));
    }

    @Test
    void gauges_areThoseOfTheScrape() {
        AtomicReference<String> request = new AtomicReference<>("a \"b\"\n");
        metrics.gauges("filehash_request_jobs", "jobs", List.of("request", "state"),
                series -> series.set(3, request.get(), "done"));
        assertEquals(3, value("filehash_request_jobs{request=\"a \\\"b\\\"\\n\",state=\"done\"}"));
        request.set("c");
        assertEquals(1, family("filehash_request_jobs").lines().filter(line -> line.contains("{")).count());
        assertEquals(3, value("filehash_request_jobs{request=\"c\",state=\"done\"}"));
    }

    @Test
    void program_isDescribedByVersionMemoryAndCpu() {
        assertEquals(1, value("filehash_build_info{version=\"" + Program.version() + "\"}"));
        assertTrue(value("process_cpu_seconds_total") > 0);
        assertTrue(value("process_resident_memory_bytes") > 1 << 20);
        assertTrue(value("jvm_memory_used_bytes{area=\"heap\"}") > 1 << 20);
    }

    private double value(String series) {
        return new Scrape(metrics.text()).value(series);
    }

    private String family(String name) {
        return metrics.text().lines().filter(line -> line.contains(name)).map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
