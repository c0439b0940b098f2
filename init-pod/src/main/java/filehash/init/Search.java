package filehash.init;

import filehash.pod.Backoff;
import filehash.pod.Conf;
import filehash.pod.Health;
import filehash.pod.Program;
import filehash.pod.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search for work, between jobs: looks, claims, and waits for news where there is nothing to claim. Owned by the
 * main thread.
 */
final class Search {
    private static final Logger LOG = LoggerFactory.getLogger(Search.class);
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final int NEWS_WAIT_MILLIS = 20;
    private static final int LOST_WAIT_MILLIS = 1000;

    private final Etcd etcd;
    private final Tree tree;
    private final Claims claims;
    private final Upkeep upkeep;
    private final Outstanding outstanding;
    private final Watches watches;
    private final Readiness readiness;
    private final boolean drains;
    private final Health health;
    private final Stop signal;
    private final Backoff retry = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
    private final LongAdder gaveUp;
    private int exitCode = Program.DONE;

    Search(Etcd etcd, Tree tree, Claims claims, Outstanding outstanding, Readiness readiness, boolean drains,
            Health health, Stop signal) {
        this.etcd = etcd;
        this.tree = tree;
        this.claims = claims;
        this.upkeep = new Upkeep(etcd, tree);
        this.outstanding = outstanding;
        this.watches = etcd.watches(tree, outstanding, drains);
        this.readiness = readiness;
        this.drains = drains;
        this.health = health;
        this.signal = signal;
        this.gaveUp = health.metrics().counter("filehash_jobs_gave_up_total",
                "Attempts at jobs that this pod gave up, for a reason that it had or was told");
    }

    /** Waits for a job and claims it; nothing at the signal, or where all is drained. */
    Optional<Claim> claim() throws InterruptedException {
        Optional<Claim> claim = Optional.empty();
        boolean drained = false;
        while (claim.isEmpty() && !drained && !signal.requested()) {
            health.beat();
            watches.keepOpen();
            try {
                Look look = Look.at(etcd, tree);
                upkeep.of(look);
                drained = drains && look.outstanding() == 0 && drained(look);
                if (!drained) {
                    claim = claim(look);
                }
                retry.reset();
            } catch (IOException e) {
                etcd.trouble().failed(e.getMessage());
                signal.await(retry.next());
            }
        }
        return claim;
    }

    private Optional<Claim> claim(Look look) throws IOException, InterruptedException {
        if (outstanding.due()) {
            outstanding.tell(look);
        }
        Optional<Candidate> candidate = readiness.mayClaim(look) ? Candidate.find(look, etcd, tree) : Optional.empty();
        if (candidate.isEmpty()) {
            idle();
            return Optional.empty();
        }
        Optional<Claim> claim = claims.take(candidate.get(), look);
        if (claim.isEmpty()) {
            lost(candidate.get());
        }
        return claim;
    }

    /** A crowd was faster, or the job was parked: tries again when the crowd has thinned. */
    private void lost(Candidate candidate) throws InterruptedException {
        if (candidate.kind() == Candidate.Kind.ORPHAN) {
            outstanding.countAgain();
        }
        signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LOST_WAIT_MILLIS)));
    }

    /** Until news, or it is time to count, or to claim again after a rest. */
    private void idle() throws InterruptedException {
        boolean resting = readiness.resting();
        boolean rung = false;
        while (!rung && !outstanding.due() && !signal.requested() && !(resting && !readiness.resting())) {
            health.beat();
            watches.keepOpen();
            rung = watches.await(BEAT, signal);
        }
        if (rung) {
            signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(NEWS_WAIT_MILLIS)));
        }
    }

    private boolean drained(Look look) throws IOException, InterruptedException {
        if (!outstanding.tell(look)) {
            return false;
        }
        for (Request request : look.requests()) {
            if (!request.begun()) {
                LOG.warn("request {} is left: {}", request.id(),
                        request.problem() == null ? "incomplete" : request.problem());
            }
        }
        exitCode = look.parked() > 0 ? Program.JOBS_PARKED : Program.DONE;
        LOG.info("nothing is outstanding, {} jobs are parked", look.parked());
        return true;
    }

    int exitCode() {
        return exitCode;
    }

    /** The claim that conf.json tells of, if it stands: waits for etcd to tell, as long as it takes. */
    Optional<Claim> adopt(Conf found) throws InterruptedException {
        while (!signal.requested()) {
            health.beat();
            try {
                return claims.adopt(found);
            } catch (IOException e) {
                etcd.trouble().failed(e.getMessage());
                signal.await(retry.next());
            }
        }
        return Optional.empty();
    }

    /** This pod gave a job back, which may be parked now. */
    void gaveUp() {
        gaveUp.increment();
        outstanding.countAgain();
    }

    /** What is to be done at each step of a job's loop too: others may need it, and nobody else be there. */
    void step() throws InterruptedException {
        health.beat();
        watches.keepOpen();
        if (outstanding.due() && !signal.requested()) {
            try {
                outstanding.tell(Look.at(etcd, tree));
            } catch (IOException e) {
                outstanding.later();
                etcd.trouble().failed(e.getMessage());
            }
        }
    }
}
