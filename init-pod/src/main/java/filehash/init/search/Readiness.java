package filehash.init.search;

import filehash.init.claim.Planning;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Look;
import filehash.job.JobId;
import filehash.pod.Stopped;
import filehash.program.Trouble;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether this pod may claim a job. It may not while /conf is incomplete, or if the last job was given back for
 * a reason that any other job would meet too, such as a wrong password: then it claims nothing for a while, longer each
 * time, until a row is stored or the job that failed is gone. Main thread only, except for its state.
 */
public final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Function<Snapshot, ConfSource.Places> conf;
    private final Turns turns;
    private final Trouble settings = new Trouble(LOG, "settings of /conf");
    private final Trouble limits = new Trouble(LOG, "limits of /conf");
    private final Trouble fault = new Trouble(LOG, "last job");
    private ConfSource.Places places;

    public Readiness(Function<Snapshot, ConfSource.Places> conf, int maxAttempts) {
        this.conf = conf;
        this.turns = new Turns(maxAttempts, System::nanoTime);
    }

    /** Learns from a look whether the failed job is gone. */
    void see(Look look) {
        turns.see(look);
        if (!turns.faulty() && !turns.faultyPlan()) {
            fault.over();
        }
    }

    /** Reads /conf before a claim. Returns whether it allows one. */
    boolean mayClaim(Snapshot now) {
        try {
            places = conf.apply(now);
            settings.over();
            limits.over();
            return !turns.resting();
        } catch (IllegalArgumentException e) {
            settings.failed(e.getMessage());
            return false;
        }
    }

    /**
     * Reads /conf while a job is at work. If it is incomplete, the next claim reports that.
     *
     * @return the revision at which it was read
     */
    long reread(Snapshot now) {
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

    /** How to reach S3 and MySQL, as last read; null if /conf was incomplete. */
    public ConfSource.Places places() {
        return places;
    }

    /** What reports that the limits in force are not those of /conf. */
    public Trouble limits() {
        return limits;
    }

    /** A job was given back. */
    public void failed(JobId id, Stopped why) {
        turns.failed(id, why.fault());
        if (why.fault() == Stopped.Fault.CONF && turns.faulty()) {
            fault.failed(why.why());
        }
    }

    /** A planning was given back. */
    public void unplanned(Planning planning, Stopped why) {
        if (why.fault() != Stopped.Fault.NONE) {
            turns.unplanned(planning.request().id(), planning.id(), why.fault());
        }
        if (why.fault() == Stopped.Fault.CONF) {
            fault.failed(why.why());
        }
    }

    /** A request was planned. */
    public void planned(Planning planning) {
        turns.planned(planning.request().id());
    }

    /** A row was stored. */
    public void works(JobId id) {
        fault.over();
        turns.works(id);
    }

    /** Why the pod claims nothing, or null. */
    public String problem() {
        return Stream.of(settings, limits, fault).map(Trouble::now).filter(Objects::nonNull).findFirst().orElse(null);
    }
}
