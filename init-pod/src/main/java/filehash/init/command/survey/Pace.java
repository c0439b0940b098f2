package filehash.init.command.survey;

import java.time.Duration;

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

    /** @return null if the time is too short to say anything */
    static Pace of(RequestStatus now, long objects, long bytes, Duration time) {
        double seconds = time.toMillis() / 1000.0;
        if (seconds <= 0) {
            return null;
        }
        return new Pace(objects / seconds, bytes / seconds, time.toSeconds(),
                now.pods() == 0 ? null : left(now, objects, bytes, seconds));
    }

    private static Long left(RequestStatus now, long objects, long bytes, double seconds) {
        if (now.share() == null || now.share() < LEAST_SHARE || objects <= 0) {
            return null;
        }
        double done = cost(now.tally().objects(), now.tally().bytes());
        double all = now.planned() == null ? done / now.share()
                : cost(now.planned().objects(), now.planned().bytes());
        return Math.max(0, Math.round((all - done) / cost(objects, bytes) * seconds));
    }

    static double cost(long objects, long bytes) {
        return bytes + (double) objects * BYTES_PER_OBJECT;
    }
}
