package filehash.init.search;

import filehash.init.tree.Look;
import filehash.job.JobId;
import filehash.program.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * The pause after a failure, longer each time, and what failed. A pod that finds nothing to claim does not pause:
 * {@link Search} waits for news. Main thread only.
 */
final class Rest {
    private final Backoff pause = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
    private JobId failed;
    private long until;
    private int times;
    private boolean own;
    private boolean ofConf;

    void begin(JobId id, long now) {
        failed = id;
        until = now + pause.next().toNanos();
        times++;
    }

    void end() {
        failed = null;
        times = 0;
    }

    /** The next pause is a short one. */
    void reset() {
        pause.reset();
    }

    boolean lasts(long now) {
        return failed != null && now - until < 0;
    }

    /** What failed, or null. */
    JobId failed() {
        return failed;
    }

    long until() {
        return until;
    }

    int times() {
        return times;
    }

    /** Other requests work, so the fault is this request's own and not one of /conf. */
    void setOwn() {
        own = true;
    }

    boolean isOwn() {
        return own;
    }

    void setOfConf(boolean is) {
        ofConf = is;
    }

    boolean isOfConf() {
        return ofConf;
    }

    /** The job that failed, if the look still finds it failing and it may be tried. */
    Optional<Look.Wip> probe(Look look) {
        return failed == null ? Optional.empty() : look.requests().stream()
                .filter(request -> request.begun() && !request.control().held()
                        && request.run().uuid().equals(failed.run()))
                .flatMap(request -> Optional.ofNullable(look.jobs(request).get(failed.job())).stream())
                .filter(Look.Wip::failing).findFirst();
    }
}
