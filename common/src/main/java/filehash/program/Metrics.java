package filehash.program;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Numbers for Prometheus, in its text format. A name may carry labels, {@code filehash_failed_total{class="GONE"}}:
 * those of one name stand together because names are sorted. Safe for use by several threads.
 */
public final class Metrics {
    private final Map<String, Metric> metrics = new ConcurrentSkipListMap<>();

    private record Metric(String type, String help, LongSupplier value) {
    }

    /** A counter: a number that only grows, from 0. Its name ends in _total. */
    public LongAdder counter(String name, String help) {
        LongAdder counter = new LongAdder();
        counter(name, help, counter::sum);
        return counter;
    }

    /** A counter whose number is kept elsewhere. */
    public void counter(String name, String help, LongSupplier value) {
        metrics.put(name, new Metric("counter", help, value));
    }

    /** A gauge, whose number is read at each request. */
    public void gauge(String name, String help, LongSupplier value) {
        metrics.put(name, new Metric("gauge", help, value));
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        String family = "";
        for (Map.Entry<String, Metric> entry : metrics.entrySet()) {
            String name = entry.getKey().replaceFirst("\\{.*", "");
            Metric metric = entry.getValue();
            if (!name.equals(family)) {
                text.append("# HELP ").append(name).append(' ').append(metric.help).append('\n');
                text.append("# TYPE ").append(name).append(' ').append(metric.type).append('\n');
                family = name;
            }
            text.append(entry.getKey()).append(' ').append(metric.value.getAsLong()).append('\n');
        }
        return text.toString();
    }
}
