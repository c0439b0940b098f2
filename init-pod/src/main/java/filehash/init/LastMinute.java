package filehash.init;

import filehash.init.tree.JobProgress.Lately;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Waited;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What this pod stored and waited for lately: in the last minute; while it has worked for less than two, in the second
 * half of that, because a program that was just started is slow. Jobs may be much shorter. A pod that goes from one
 * request to another attributes what it did for both to the second for a minute. Main thread only.
 */
final class LastMinute {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** siblings report every 4 s. */
    private static final Duration SHORTEST = Duration.ofSeconds(12);
    private static final double NANOS = 1e9;
    private static final double HUNDREDTHS = 100;

    private final SharedDirectory directory;
    private final List<String> programs;
    private final LongSupplier clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long begunAt;
    private JobId job;
    private Tally stored = Tally.NONE;
    private long objects;
    private long bytes;

    private record Sample(long at, Map<String, Double> waited, long objects, long bytes) {
    }

    /** @param clock counts nanoseconds */
    LastMinute(SharedDirectory directory, List<String> programs, LongSupplier clock) {
        this.directory = directory;
        this.programs = programs;
        this.clock = clock;
    }

    /** A job is as far as this. */
    void see(JobId id, Tally tally) {
        if (!id.equals(job)) {
            stored = id.attempt() == 1 ? Tally.NONE : tally; // an earlier attempt has stored the rest
            job = id;
        }
        objects += tally.objects() - stored.objects();
        bytes += tally.bytes() - stored.bytes();
        stored = tally;
    }

    /** What happened until now, of which the work on this request is the last; empty where nothing was seen before. */
    Optional<Lately> now(String request) throws IOException {
        Sample now = new Sample(clock.getAsLong(), waited(), objects, bytes);
        if (samples.isEmpty() || now.at - samples.getLast().at > LONGEST.toNanos() || isRestarted(now)) {
            samples.clear();
            begunAt = now.at;
        }
        samples.add(now);
        long kept = Math.max(SHORTEST.toNanos(), Math.min(LONGEST.toNanos(), (now.at - begunAt) / 2));
        while (now.at - samples.getFirst().at > kept) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        return now.at == first.at ? Optional.empty()
                : Optional.of(new Lately(request, rounded((now.at - first.at) / NANOS), objects - first.objects,
                        bytes - first.bytes, waited(first, now)));
    }

    /** Whether a program was started again, which counts from 0. */
    private boolean isRestarted(Sample now) {
        return samples.getLast().waited.entrySet().stream()
                .anyMatch(wait -> wait.getValue() > now.waited.getOrDefault(wait.getKey(), 0.0));
    }

    private static Map<String, Double> waited(Sample first, Sample now) {
        Map<String, Double> rates = new TreeMap<>();
        now.waited.forEach((cause, seconds) -> rates.put(cause,
                rounded((seconds - first.waited.getOrDefault(cause, 0.0)) / (now.at - first.at) * NANOS)));
        return rates;
    }

    private static double rounded(double number) {
        return Math.round(number * HUNDREDTHS) / HUNDREDTHS;
    }

    private Map<String, Double> waited() throws IOException {
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
