package filehash.init.command.survey;

import filehash.init.tree.JobProgress.Lately;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How fast a request is.
 *
 * @param overSeconds the time over which it was measured
 * @param secondsLeft null if it is not known
 */
public record Pace(double objectsPerSecond, double bytesPerSecond, long overSeconds, Long secondsLeft) {
    /** What an object costs beyond its bytes, as the plan cuts jobs. */
    static final long BYTES_PER_OBJECT = 1 << 20;
    /** Below this share an estimate by names says nothing. */
    private static final double LEAST_SHARE = 0.01;
    private static final double LEAST_SECONDS = 7;

    /** @return null if the time is too short to say anything */
    static Pace of(RequestStatus now, long objects, long bytes, Duration time) {
        double seconds = time.toMillis() / 1000.0;
        if (seconds <= 0) {
            return null;
        }
        return new Pace(objects / seconds, bytes / seconds, time.toSeconds(),
                now.pods() == 0 ? null : left(now, objects, bytes, seconds));
    }

    /**
     * By what the pods report of the last minute. Each pod at work is taken to be as fast as the mean of the reports,
     * because some pods have not reported yet, and others have left the request while their report stays.
     *
     * @return empty while these are fewer than half of the pods
     */
    static Optional<Pace> lately(RequestStatus now, List<Lately> pods) {
        List<Lately> all = pods.stream().filter(pod -> pod.seconds() >= LEAST_SECONDS).toList();
        if (now.pods() == 0 || all.size() * 2 < now.pods()) {
            return Optional.empty();
        }
        double scale = (double) now.pods() / all.size();
        double objects = scale * all.stream().mapToDouble(pod -> pod.objects() / pod.seconds()).sum();
        double bytes = scale * all.stream().mapToDouble(pod -> pod.bytes() / pod.seconds()).sum();
        double seconds = all.stream().mapToDouble(Lately::seconds).max().orElseThrow();
        return Optional.of(new Pace(objects, bytes, Math.round(seconds), left(now, objects, bytes, 1)));
    }

    private static Long left(RequestStatus now, double objects, double bytes, double seconds) {
        boolean goesOn = now.state() == RequestStatus.State.RUNNING && objects > 0;
        if (!goesOn || now.share() == null || now.share() < LEAST_SHARE) {
            return null;
        }
        double done = cost(now.tally().objects(), now.tally().bytes());
        double all = now.planned() == null ? done / now.share()
                : cost(now.planned().objects(), now.planned().bytes());
        return Math.max(0, Math.round((all - done) / cost(objects, bytes) * seconds));
    }

    static double cost(double objects, double bytes) {
        return bytes + objects * BYTES_PER_OBJECT;
    }
}
