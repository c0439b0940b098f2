package filehash.init;

import filehash.init.etcd.Snapshot;
import filehash.pod.JobId;
import filehash.pod.Stopped;
import filehash.program.Trouble;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this pod may claim a job, and why not: something is missing in /conf, or the last job was given back for
 * what any other would meet too, a wrong password say. Then it claims nothing for a while, longer each time, until a
 * row is stored or the job that failed is no more. The main thread's; any thread may ask for its state.
 */
final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Function<Snapshot, ConfSource.Places> conf;
    private final Turns turns;
    private final Trouble settings = new Trouble(LOG, "settings of /conf");
    private final Trouble fault = new Trouble(LOG, "last job");
    private ConfSource.Places places;

    Readiness(Function<Snapshot, ConfSource.Places> conf, Turns turns) {
        this.conf = conf;
        this.turns = turns;
    }

    /** Takes in a look: what the last job met may be over. */
    void see(Look look) {
        turns.see(look);
        if (!turns.faulty()) {
            fault.over();
        }
    }

    /** Whether a job may be claimed, by what /conf says. */
    boolean mayClaim(Snapshot now) {
        try {
            places = conf.apply(now);
            settings.over();
            return !turns.resting();
        } catch (IllegalArgumentException e) {
            settings.failed(e.getMessage());
            return false;
        }
    }

    /**
     * Takes in /conf, for a job that is not claimed but found. Where it is not complete, the next claim says so.
     *
     * @return the revision of which it is
     */
    long goesOn(Snapshot now) {
        try {
            places = conf.apply(now);
        } catch (IllegalArgumentException e) {
            places = null;
        }
        return now.revision();
    }

    Turns turns() {
        return turns;
    }

    /** Where S3 and MySQL are, as last read; null where that was not complete. */
    ConfSource.Places places() {
        return places;
    }

    /** A job was given back. */
    void failed(JobId id, Stopped why) {
        turns.failed(id, why.fault());
        if (why.fault() == Stopped.Fault.CONF && turns.faulty()) {
            fault.failed(why.why());
        }
    }

    /** A row was stored. */
    void works(JobId id) {
        fault.over();
        turns.works(id);
    }

    /** What keeps the pod from claiming, or null. */
    String problem() {
        return Stream.of(settings, fault).map(Trouble::now).filter(Objects::nonNull).findFirst().orElse(null);
    }
}
