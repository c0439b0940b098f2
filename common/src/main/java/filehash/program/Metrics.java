package filehash.program;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;

/**
 * Numbers for Prometheus. The library keeps the registry and the histograms, and writes the text format; counters are
 * adders that it reads at each scrape. A caller keeps what these methods return in a field, so that an event costs an
 * addition and no search. Labels are pairs of name and value; all series of one name have the same label names. Safe
 * for use by several threads.
 */
public final class Metrics {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
    private static final double NANOS = 1e9;
    /** The bounds span an answer from the same rack and a LIST that takes half a minute. */
    private static final double[] SECONDS = {
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    /** The series of each name, by the values of their labels. */
    private final Map<String, Map<List<String>, DoubleSupplier>> families = new ConcurrentHashMap<>();
    private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();

    public Metrics() {
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        gauge("filehash_build_info", "The version of this program", () -> 1, "version", Program.version());
    }

    /** A counter: a number that only grows, from 0. Its name ends in _total. */
    public LongAdder counter(String name, String help, String... labels) {
        LongAdder counter = new LongAdder();
        counter(name, help, counter::sum, labels);
        return counter;
    }

    /** A counter of seconds, to which nanoseconds are added. */
    public LongAdder seconds(String name, String help, String... labels) {
        LongAdder nanos = new LongAdder();
        counter(name, help, () -> nanos.sum() / NANOS, labels);
        return nanos;
    }

    /** A counter whose number is kept elsewhere. */
    public void counter(String name, String help, DoubleSupplier value, String... labels) {
        families.computeIfAbsent(name, first -> {
            Map<List<String>, DoubleSupplier> all = new ConcurrentHashMap<>();
            CounterWithCallback.builder().name(name).help(help).labelNames(every(0, labels)).callback(
                    scrape -> all.forEach((of, now) -> scrape.call(now.getAsDouble(), of.toArray(String[]::new))))
                    .register(registry);
            return all;
        }).put(List.of(every(1, labels)), value);
    }

    /** A gauge, whose number is read at each scrape. It replaces an earlier one, and is left out while it is NaN. */
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        families.computeIfAbsent(name, first -> {
            Map<List<String>, DoubleSupplier> all = new ConcurrentHashMap<>();
            GaugeWithCallback.builder().name(name).help(help).labelNames(every(0, labels))
                    .callback(scrape -> all.forEach((of, number) -> {
                        double now = number.getAsDouble();
                        if (!Double.isNaN(now)) {
                            scrape.call(now, of.toArray(String[]::new));
                        }
                    })).register(registry);
            return all;
        }).put(List.of(every(1, labels)), value);
    }

    /** Takes the series of one scrape. */
    public interface Series {
        /** @param labels their values */
        void set(double value, String... labels);
    }

    /** A gauge whose series come and go: they are asked for at each scrape. */
    public void gauges(String name, String help, List<String> labels, Consumer<Series> all) {
        GaugeWithCallback.builder().name(name).help(help).labelNames(labels.toArray(String[]::new))
                .callback(scrape -> all.accept(scrape::call)).register(registry);
    }

    /** A histogram of durations, which takes nanoseconds. Its name ends in _seconds. */
    public LongConsumer durations(String name, String help, String... labels) {
        DistributionDataPoint series = histograms
                .computeIfAbsent(name,
                        first -> Histogram.builder().name(name).help(help).labelNames(every(0, labels)).classicOnly()
                                .classicUpperBounds(SECONDS).withoutExemplars().register(registry))
                .labelValues(every(1, labels));
        return nanos -> series.observe(nanos / NANOS);
    }

    /** All series, in the text format of Prometheus. */
    public String text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape());
        } catch (IOException e) { // in memory
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Names are at even places, values at odd ones. */
    private static String[] every(int from, String... labels) {
        String[] half = new String[labels.length / 2];
        for (int i = 0; i < half.length; i++) {
            half[i] = labels[2 * i + from];
        }
        return half;
    }
}
