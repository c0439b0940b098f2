package filehash.init;

import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Waited;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What both siblings waited for lately: in the last minute, or since this pod began to work. A pod that goes from one
 * request to another attributes the waits of both to the second for a minute. Main thread only.
 */
final class Waits {
    private static final long KEPT = Duration.ofMinutes(1).toNanos();
    private static final double NANOS = 1e9;
    private static final double HUNDREDTHS = 100;

    private final SharedDirectory directory;
    private final List<String> programs;
    private final LongSupplier clock;
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long at, Map<String, Double> seconds) {
    }

    /** @param clock counts nanoseconds */
    Waits(SharedDirectory directory, List<String> programs, LongSupplier clock) {
        this.directory = directory;
        this.programs = programs;
        this.clock = clock;
    }

    /** Reads the files, and returns seconds per second by cause; null if they were not read before. */
    Map<String, Double> lately() throws IOException {
        Sample now = new Sample(clock.getAsLong(), read());
        if (!samples.isEmpty() && samples.getLast().seconds.entrySet().stream()
                .anyMatch(wait -> wait.getValue() > now.seconds.getOrDefault(wait.getKey(), 0.0))) {
            samples.clear(); // a program was started again
        }
        samples.add(now);
        while (now.at - samples.getFirst().at > KEPT) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        return now.at == first.at ? null : rates(first, now);
    }

    private static Map<String, Double> rates(Sample first, Sample now) {
        Map<String, Double> rates = new TreeMap<>();
        now.seconds.forEach((cause, seconds) -> rates.put(cause,
                Math.round((seconds - first.seconds.getOrDefault(cause, 0.0)) / (now.at - first.at) * NANOS
                        * HUNDREDTHS) / HUNDREDTHS));
        return rates;
    }

    private Map<String, Double> read() throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        for (String program : programs) {
            try {
                directory.read(PodFile.waits(program)).orElse(Waited.NOTHING).seconds()
                        .forEach((cause, some) -> seconds.merge(cause, some, Double::sum));
            } catch (IllegalArgumentException e) {
                continue; // of another version
            }
        }
        return seconds;
    }
}
