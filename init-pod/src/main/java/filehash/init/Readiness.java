package filehash.init;

import filehash.pod.Backoff;
import filehash.pod.Trouble;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this pod may claim a job, and why not: something is missing in /conf, or the last job was given back for
 * what any other would meet too, a wrong password say. Then it claims nothing for a while, longer each time, until a
 * row is stored. The main thread's; what it tells, any thread may ask.
 */
final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Function<Snapshot, ConfSource.Places> conf;
    private final Trouble settings = new Trouble(LOG, "settings of /conf");
    private final Trouble fault = new Trouble(LOG, "last job");
    private final Backoff rest = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
    private long restUntil = System.nanoTime();
    private ConfSource.Places places;

    Readiness(Function<Snapshot, ConfSource.Places> conf) {
        this.conf = conf;
    }

    /** Whether a job may be claimed, by what /conf says. */
    boolean mayClaim(Snapshot now) {
        try {
            places = conf.apply(now);
            settings.over();
            return !resting();
        } catch (IllegalArgumentException e) {
            settings.failed(e.getMessage());
            return false;
        }
    }

    boolean resting() {
        return System.nanoTime() - restUntil < 0;
    }

    /** Where S3 and MySQL are, as last read. */
    ConfSource.Places places() {
        return places;
    }

    void rest(String why) {
        fault.failed(why);
        restUntil = System.nanoTime() + rest.next().toNanos();
    }

    /** A row was stored. */
    void works() {
        fault.over();
        rest.reset();
    }

    /** What keeps the pod from claiming, or null. */
    String problem() {
        return Stream.of(settings, fault).map(Trouble::now).filter(Objects::nonNull).findFirst().orElse(null);
    }
}
