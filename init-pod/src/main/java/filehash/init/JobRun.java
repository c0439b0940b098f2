package filehash.init;

import filehash.init.claim.Adopted;
import filehash.init.claim.Claim;
import filehash.init.claim.Finish;
import filehash.init.claim.Planning;
import filehash.init.claim.Task;
import filehash.init.etcd.Lease;
import filehash.init.search.Living;
import filehash.init.search.Readiness;
import filehash.init.search.Search;
import filehash.init.tree.Text;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.HashFin;
import filehash.pod.S3Fin;
import filehash.pod.Stopped;
import filehash.program.Backoff;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The loop of init-pod: claim a job, hand it over by conf.json, wait for both siblings, enter the job as done or give
 * it back, remove conf.json. A request is planned in between, by {@link PlanRun}.
 *
 * <p>If the process dies between two of these steps, {@link #resume} sees in conf.json how far it was. That is why
 * conf.json says stop before a job is given back, and is removed only after etcd was written. The stop signal is the
 * one exception: the pod ends, so the job is given back at once. Main thread only.
 */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

    private final Search search;
    private final Readiness readiness;
    private final Living living;
    private final Siblings siblings;
    private final Lease lease;
    private final Finish finish;
    private final Reports reports;
    private final Trouble trouble;
    private final LeasedRetry retry;
    private final Handshake handshake;
    private final PlanRun planRun;
    private final int maxAttempts;
    private final StopSignal signal;

    JobRun(Search search, Readiness readiness, Living living, Siblings siblings, Lease lease, Finish finish,
            Reports reports, PlanRun planRun, Trouble trouble, int maxAttempts, StopSignal signal) {
        this.search = search;
        this.readiness = readiness;
        this.living = living;
        this.siblings = siblings;
        this.lease = lease;
        this.finish = finish;
        this.reports = reports;
        this.trouble = trouble;
        this.retry = new LeasedRetry(lease, search, signal);
        this.handshake = new Handshake(siblings, search, retry, signal);
        this.planRun = planRun;
        this.maxAttempts = maxAttempts;
        this.signal = signal;
    }

    /** Works until the stop signal; or until nothing is outstanding, if the pod drains. */
    void serve() throws IOException, InterruptedException {
        resume();
        for (Optional<Task> task = search.next(); task.isPresent(); task = search.next()) {
            begin(task.get() instanceof Planning planning ? planRun.plan(planning) : task.map(Claim.class::cast));
            lease.setHeld(false);
        }
        if (!signal.requested()) {
            retry.written(siblings::dismiss);
        }
    }

    private void begin(Optional<Claim> begun) throws IOException, InterruptedException {
        if (begun.isEmpty()) {
            return;
        }
        Claim claim = begun.get();
        try {
            retry.written(() -> siblings.begin(claim, readiness.places()));
        } catch (RuntimeException e) { // there is no conf.json: both siblings are idle
            search.threw(claim.request(), claim::ofRun, e);
            release(claim, Stopped.blameless(claim.id(), "cannot begin: " + e));
            return;
        }
        LOG.info("{}: begins, root '{}', names {} to {}", claim, Text.shown(claim.terms().root()),
                Text.shown(claim.range().start()), Text.shown(claim.range().end()));
        work(claim);
    }

    /** Goes on with the job in conf.json, or begins with a swept directory. */
    private void resume() throws IOException, InterruptedException {
        Optional<Conf> found = siblings.found();
        if (found.isEmpty()) {
            siblings.sweep();
        } else if (found.get().plan() != null) {
            begin(planRun.resume(found.get()));
        } else {
            Optional<Adopted> adopted = search.adopt(found.get());
            if (adopted.isPresent() && !signal.requested()) {
                resume(found.get(), adopted.get());
            }
        }
    }

    private void resume(Conf found, Adopted adopted) throws IOException, InterruptedException {
        JobId id = found.id();
        LOG.info("{}: found in conf.json after a restart, {}", id.in(found.request()),
                adopted.claim().isPresent() ? "still ours" : "no longer ours");
        if (adopted.claim().isEmpty()) {
            handshake.end(id, found.request(), adopted.cancelled());
        } else if (found.state() != Conf.State.WORK) {
            giveBack(adopted.claim().get(), siblings.stopped(id).orElse(Stopped.blameless(id, "conf.json said stop")));
        } else {
            work(adopted.claim().get());
        }
    }

    private void work(Claim claim) throws IOException, InterruptedException {
        JobId id = claim.id();
        Backoff pace = Backoff.polling();
        Tending tending = new Tending(lease);
        while (!signal.await(pace.next())) {
            search.step();
            reports.step(claim);
            Optional<S3Fin> fetched = siblings.s3Fin(id);
            Optional<HashFin> hashed = siblings.hashFin(id);
            if (fetched.isPresent() && hashed.isPresent()) {
                finish(claim, fetched.get(), hashed.get());
                return;
            }
            Optional<Stopped> lost = living.lost(id, siblings.busy(id));
            Optional<Stopped> stopped = siblings.stopped(id).or(() -> lost).or(claim::held);
            if (stopped.isPresent()) {
                giveBack(claim, stopped.get());
                return;
            }
            if (tending.isDue() && !tend(claim)) {
                LOG.warn("{}: taken over or cancelled", claim);
                lease.orphan(); // otherwise the next job would keep a host key alive that a user left
                handshake.end(id, claim.request(), claim.isCancelled());
                return;
            }
        }
        if (release(claim, Stopped.blameless(id, "the pod ends"))) {
            LOG.info("{}: let go: the pod ends", claim);
        }
    }

    /** @return false if the claim is known not to stand */
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
            giveBack(claim, new Stopped(claim.id(), Stopped.Fault.JOB, "of the objects s3-fetch-tool2 listed "
                    + fetched.listed() + ", and file-hasher2 stored " + hashed.tally().objects(), 0));
            return;
        }
        try {
            if (retry.settled(trouble, () -> finish.enter(claim, hashed))) {
                readiness.works(claim.id());
                handshake.end(claim.id(), claim.request());
            }
        } catch (IllegalArgumentException e) { // the request has become bad: the next look judges it
            giveBack(claim, Stopped.blameless(claim.id(), e.getMessage()));
        }
    }

    private void giveBack(Claim claim, Stopped why) throws IOException, InterruptedException {
        LOG.atLevel(claim.held().isPresent() ? Level.INFO : Level.WARN).log("{}: given back: {}", claim, why.why());
        retry.written(() -> siblings.stop(claim.isCancelled()));
        readiness.failed(claim.id(), why);
        if (release(claim, why)) {
            search.gaveUp(why);
            handshake.end(claim.id(), claim.request());
        }
    }

    private boolean release(Claim claim, Stopped why) throws IOException, InterruptedException {
        return retry.settled(trouble, () -> claim.release(why, siblings.progress(claim.id()), maxAttempts));
    }
}
