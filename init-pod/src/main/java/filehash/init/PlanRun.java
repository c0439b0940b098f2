package filehash.init;

import filehash.init.claim.Claim;
import filehash.init.claim.Claims;
import filehash.init.claim.Planning;
import filehash.init.claim.Plans;
import filehash.init.etcd.Lease;
import filehash.init.search.Living;
import filehash.init.search.Readiness;
import filehash.init.search.Search;
import filehash.init.tree.Text;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import filehash.pod.Stopped;
import filehash.program.Backoff;
import filehash.program.Plural;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans a request: has the fetcher plan by conf.json, waits for plan.json, enters its ranges, and begins the run. As
 * with a job, conf.json is removed only after etcd was written, so that an init-pod that dies at any step sees how far
 * it was; each step may be repeated. Main thread only.
 */
final class PlanRun {
    private static final Logger LOG = LoggerFactory.getLogger(PlanRun.class);
    private static final String CHANGED = "its user changed it, or another pod has taken over";

    private final Search search;
    private final PlanEntry entry;
    private final Plans plans;
    private final Readiness readiness;
    private final Living living;
    private final Siblings siblings;
    private final Lease lease;
    private final Trouble trouble;
    private final StopSignal signal;
    private final LeasedRetry retry;
    private final Handshake handshake;

    PlanRun(Search search, Claims claims, Plans plans, Readiness readiness, Living living, Siblings siblings,
            Lease lease, Trouble trouble, StopSignal signal) {
        this.search = search;
        this.plans = plans;
        this.readiness = readiness;
        this.living = living;
        this.siblings = siblings;
        this.lease = lease;
        this.trouble = trouble;
        this.signal = signal;
        this.retry = new LeasedRetry(lease, search, signal);
        this.handshake = new Handshake(siblings, search, retry, signal);
        this.entry = new PlanEntry(claims, retry, trouble);
    }

    /** @return the first job of the run, if it has begun; conf.json is gone then */
    Optional<Claim> plan(Planning planning) throws IOException, InterruptedException {
        int pods = search.pods(); // before a look finds this one
        try {
            retry.written(() -> siblings.plan(planning, readiness.places(), pods));
        } catch (RuntimeException e) { // there is no conf.json: the fetcher is idle
            search.threw(planning.request().id(), planning::fence, e);
            drop(planning, Stopped.blameless(planning.id(), "cannot begin: " + e));
            return Optional.empty();
        }
        LOG.info("{}: begins", planning);
        return await(planning);
    }

    /** Goes on with the planning in conf.json. */
    Optional<Claim> resume(Conf found) throws IOException, InterruptedException {
        Optional<Planning> planning = search.adopted(() -> plans.adopt(found, readiness.places()));
        if (signal.requested()) {
            return Optional.empty();
        }
        LOG.info("{}, planning {}: found in conf.json after a restart, {}", Text.named(found.request()),
                found.id().run(), planning.isPresent() ? "still ours" : "no longer ours");
        if (planning.isPresent() && found.state() == Conf.State.PLAN) {
            return await(planning.get());
        }
        if (planning.isEmpty() || drop(planning.get(), siblings.stopped(found.id())
                .orElse(Stopped.blameless(found.id(), "conf.json said stop")))) {
            handshake.end(found.id(), found.request());
        }
        return Optional.empty();
    }

    private Optional<Claim> await(Planning planning) throws IOException, InterruptedException {
        JobId id = planning.id();
        Backoff pace = Backoff.polling();
        Tending tending = new Tending(lease);
        while (!signal.await(pace.next())) {
            search.step();
            if (siblings.hasPlanned(id)) {
                return begin(planning);
            }
            Optional<Stopped> lost = living.lost(id, List.of(Siblings.FETCHER));
            Optional<Stopped> stopped = siblings.stopped(id).or(() -> lost);
            if (stopped.isPresent()) {
                giveBack(planning, stopped.get());
                return Optional.empty();
            }
            if (tending.isDue() && !tend(planning)) {
                lease.orphan();
                giveBack(planning, Stopped.blameless(id, CHANGED));
                return Optional.empty();
            }
        }
        return letGo(planning);
    }

    private Optional<Claim> letGo(Planning planning) throws InterruptedException {
        if (drop(planning, Stopped.blameless(planning.id(), "the pod ends"))) {
            LOG.info("{}: let go: the pod ends", planning);
        }
        return Optional.empty();
    }

    private Optional<Claim> begin(Planning planning) throws IOException, InterruptedException {
        PlanFin fin;
        try {
            fin = siblings.planFin(planning.id());
            planning.check(fin);
        } catch (IllegalArgumentException e) {
            giveBack(planning, new Stopped(planning.id(), Stopped.Fault.JOB, e.getMessage(), 0));
            return Optional.empty();
        }
        PlanEntry.Entered entered = entry.enter(planning, fin);
        Optional<Claim> begun = entered.claim();
        if (!entered.settled()) {
            return letGo(planning);
        }
        if (!entered.stood()) {
            giveBack(planning, Stopped.blameless(planning.id(), CHANGED));
        } else {
            LOG.info("{}: done, {} by {}, {}, {}, {} in {} s", planning, Plural.of(fin.plan().jobs(), "job"),
                    fin.plan().split(), Plural.of(fin.plan().total().objects(), "object"),
                    Plural.of(fin.plan().total().bytes(), "byte"), Plural.of(fin.plan().requests(), "LIST request"),
                    fin.plan().seconds());
            readiness.planned(planning);
            begun.ifPresent(claim -> plans.totals().begun(claim, fin));
            siblings.sweep();
            search.released();
            if (begun.isPresent() && search.readPlaces() == null) { // /conf is wrong by now: the next look reports it
                Claim claim = begun.get();
                Stopped why = Stopped.blameless(claim.id(), "/conf is incomplete");
                retry.settled(trouble, () -> claim.release(why, Optional.empty(), Integer.MAX_VALUE));
                return Optional.empty();
            }
        }
        return begun;
    }

    private void giveBack(Planning planning, Stopped why) throws IOException, InterruptedException {
        LOG.warn("{}: given back: {}", planning, why.why());
        retry.written(() -> siblings.stop(false));
        readiness.unplanned(planning, why);
        if (drop(planning, why)) {
            handshake.end(planning.id(), planning.request().id());
        }
    }

    private boolean drop(Planning planning, Stopped why) throws InterruptedException {
        boolean settled = retry.settled(trouble, () -> planning.drop(why));
        search.released();
        return settled;
    }

    /** @return false if the planning is known not to stand */
    private boolean tend(Planning planning) throws InterruptedException {
        try {
            return planning.tend(lease);
        } catch (IOException e) {
            trouble.failed(e.getMessage());
            return true;
        }
    }
}
