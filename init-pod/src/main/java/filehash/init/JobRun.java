package filehash.init;

import filehash.init.etcd.Lease;
import filehash.pod.Conf;
import filehash.pod.HashFin;
import filehash.pod.JobId;
import filehash.pod.S3Fin;
import filehash.pod.Stopped;
import filehash.program.Backoff;
import filehash.program.Stop;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of init-pod: claim a job, hand it over by conf.json, wait for both siblings, enter it as done or give it
 * back, take conf.json away.
 *
 * <p>Where the process dies between two of these steps, {@link #resume} finds by conf.json where it was. For that,
 * conf.json says stop before a job is given back, and is removed only after etcd was written. The signal is the one
 * exception: the pod ends, so the job is given back at once. Owned by the main thread.
 */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
    /** What a user deletes is obeyed, and progress told, within 5 seconds. */
    private static final Duration TEND = Duration.ofSeconds(4);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Search search;
    private final Readiness readiness;
    private final Living living;
    private final Handover siblings;
    private final Lease lease;
    private final Finish finish;
    private final Trouble trouble;
    private final Patience patience;
    private final int maxAttempts;
    private final Stop signal;

    JobRun(Search search, Readiness readiness, Living living, Handover siblings, Lease lease, Finish finish,
            Trouble trouble, int maxAttempts, Stop signal) {
        this.search = search;
        this.readiness = readiness;
        this.living = living;
        this.siblings = siblings;
        this.lease = lease;
        this.finish = finish;
        this.trouble = trouble;
        this.patience = new Patience(lease, search, signal);
        this.maxAttempts = maxAttempts;
        this.signal = signal;
    }

    /** Serves until the signal; or until nothing is left, if it is to drain. */
    void serve() throws IOException, InterruptedException {
        resume();
        Optional<Claim> claim = search.claim();
        while (claim.isPresent()) {
            begin(claim.get());
            lease.needed(false);
            claim = search.claim();
        }
        if (!signal.requested()) {
            patience.written(siblings::dismiss);
        }
    }

    private void begin(Claim claim) throws IOException, InterruptedException {
        try {
            patience.written(() -> siblings.begin(claim, readiness.places()));
        } catch (RuntimeException e) { // no conf.json is there: both siblings are idle
            search.threw(claim.request(), e);
            release(claim, Stopped.blameless(claim.id(), "cannot begin: " + e));
            return;
        }
        LOG.info("{}: begins, root '{}', names {} to {}", claim, claim.terms().root(), claim.range().start(),
                claim.range().end());
        work(claim);
    }

    /** Goes on with what conf.json tells of, or begins with a swept directory. */
    private void resume() throws IOException, InterruptedException {
        Optional<Conf> found = siblings.found();
        if (found.isEmpty()) {
            siblings.sweep();
            return;
        }
        JobId id = found.get().id();
        Optional<Claim> claim = search.adopt(found.get());
        if (signal.requested()) {
            return;
        }
        LOG.info("request {}, {}: found, {} ours", found.get().request(), id, claim.isPresent() ? "still" : "not");
        if (claim.isEmpty()) {
            end(id);
        } else if (found.get().state() == Conf.Word.STOP) {
            giveBack(claim.get(), siblings.stopped(id).orElse(Stopped.blameless(id, "told to stop")));
        } else {
            work(claim.get());
        }
    }

    private void work(Claim claim) throws IOException, InterruptedException {
        JobId id = claim.id();
        lease.needed(true);
        Backoff pace = Backoff.polling();
        long tended = System.nanoTime() - (lease.lapsed() ? TEND.toNanos() : 0);
        while (!signal.await(pace.next())) {
            search.step();
            Optional<S3Fin> fetched = siblings.s3Fin(id);
            Optional<HashFin> hashed = siblings.hashFin(id);
            if (fetched.isPresent() && hashed.isPresent()) {
                finish(claim, fetched.get(), hashed.get());
                return;
            }
            Optional<Stopped> lost = living.lost(id, siblings.busy(id));
            Optional<Stopped> stopped = siblings.stopped(id).or(() -> lost);
            if (stopped.isPresent()) {
                giveBack(claim, stopped.get());
                return;
            }
            if (System.nanoTime() - tended >= (lease.lapsed() ? RETRY : TEND).toNanos()) {
                tended = System.nanoTime();
                if (!tend(claim)) {
                    LOG.warn("{}: taken over or cancelled", claim);
                    lease.drop(); // a host key that a user kept would else live on with the next job
                    end(id);
                    return;
                }
            }
        }
        if (release(claim, Stopped.blameless(id, "the pod ends"))) {
            LOG.info("{}: let go: the pod ends", claim);
        }
    }

    /** @return whether the claim stands, as far as anybody knows */
    private boolean tend(Claim claim) throws IOException, InterruptedException {
        try {
            boolean stands = claim.tend(lease, siblings.progress(claim.id()));
            if (claim.hasStored()) {
                readiness.works(claim.id());
            }
            return stands;
        } catch (IOException e) {
            trouble.failed(e.getMessage());
            return true;
        }
    }

    private void finish(Claim claim, S3Fin fetched, HashFin hashed) throws IOException, InterruptedException {
        if (fetched.listed() != hashed.tally().objects()) {
            giveBack(claim, new Stopped(claim.id(), Stopped.Fault.JOB, fetched.listed() + " objects were listed, but "
                    + hashed.tally().objects() + " are stored", 0));
            return;
        }
        try {
            if (patience.settled(trouble, () -> finish.enter(claim, hashed))) {
                readiness.works(claim.id());
                end(claim.id());
            }
        } catch (IllegalArgumentException e) { // the request is bad by now: the next look judges it
            giveBack(claim, Stopped.blameless(claim.id(), e.getMessage()));
        }
    }

    private void giveBack(Claim claim, Stopped why) throws IOException, InterruptedException {
        LOG.warn("{}: given back: {}", claim, why.why());
        patience.written(siblings::stop);
        readiness.failed(claim.id(), why);
        if (release(claim, why)) {
            search.gaveUp();
            end(claim.id());
        }
    }

    private boolean release(Claim claim, Stopped why) throws IOException, InterruptedException {
        return patience.settled(trouble, () -> claim.release(why, siblings.progress(claim.id()), maxAttempts));
    }

    /** Has the siblings stop, waits until both are idle, however long that is, and takes conf.json away. */
    private void end(JobId id) throws IOException, InterruptedException {
        patience.written(siblings::stop);
        Backoff pace = Backoff.polling();
        long toldAt = System.nanoTime();
        while (!siblings.busy(id).isEmpty()) {
            if (signal.await(pace.next())) {
                return;
            }
            search.step();
            if (System.nanoTime() - toldAt >= Duration.ofMinutes(1).toNanos()) {
                toldAt = System.nanoTime();
                LOG.warn("{}: still waits for {} to stop", id, siblings.busy(id));
            }
        }
        siblings.sweep();
    }
}
