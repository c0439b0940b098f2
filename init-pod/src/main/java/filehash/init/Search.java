package filehash.init;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Watches;
import filehash.pod.Conf;
import filehash.program.Backoff;
import filehash.program.Health;
import filehash.program.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * The search for work, between jobs: looks, claims, and waits for news where there is nothing to claim. Owned by the
 * main thread.
 */
final class Search {
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration PEEK = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int NEWS_WAIT_MILLIS = 20;
    private static final int LOST_WAIT_MILLIS = 1000;

    private final Etcd etcd;
    private final Claims claims;
    private final Upkeep upkeep;
    private final Tries tries;
    private final Backlog backlog;
    private final Outstanding outstanding;
    private final Watches watches;
    private final Looks looks;
    private final Readiness readiness;
    private final Living living;
    private final Drain drain;
    private final Health health;
    private final Stop signal;
    private final Backoff retry = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
    private final Backoff counting = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private final LongAdder gaveUp;

    Search(Etcd etcd, Tree tree, Claims claims, Outstanding outstanding, Readiness readiness, Living living,
            boolean drains, Health health, Stop signal) {
        this.etcd = etcd;
        this.claims = claims;
        this.upkeep = new Upkeep(etcd, tree);
        this.tries = new Tries(claims, readiness, upkeep, outstanding);
        this.backlog = new Backlog(etcd, tree, tries, readiness);
        this.outstanding = outstanding;
        this.watches = new Watches(etcd);
        this.looks = new Looks(etcd, tree, upkeep, outstanding, watches,
                new News(tree, watches, outstanding, drains));
        this.readiness = readiness;
        this.living = living;
        this.drain = new Drain(drains, outstanding);
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
            living.look();
            try {
                if (backlog.isEmpty() || outstanding.due() || !living.all()) {
                    Look look = looks.next();
                    drained = drain.isOver(look);
                    claim = drained ? Optional.empty() : claim(look);
                } else {
                    claim = backlog.again();
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
        backlog.clear();
        takeIn(look);
        readiness.see(look);
        Optional<Candidate> candidate = readiness.mayClaim(look.settings()) && living.all()
                ? Candidate.find(look, looks.deleted(), readiness.turns(), upkeep::sound) : Optional.empty();
        if (candidate.isEmpty()) {
            idle();
            return Optional.empty();
        }
        if (candidate.get().kind() == Candidate.Kind.NEW) {
            Optional<Claim> claim = backlog.first(look, readiness.turns().backlog(look, upkeep::sound));
            if (claim.isEmpty() && backlog.isEmpty()) {
                awaitOthers();
            }
            return claim;
        }
        Optional<Claim> claim = tries.take(candidate.get());
        if (claim.isEmpty()) {
            outstanding.countAgain(); // it may have been parked
            awaitOthers();
        }
        return claim;
    }

    /** A job of this request could not even begin. */
    void threw(String request, RuntimeException e) throws InterruptedException {
        backlog.clear();
        tries.threw(request, e);
    }

    /** Counts where it is time to, and has a look follow where this one left something undone. */
    private void takeIn(Look look) throws InterruptedException {
        if (outstanding.due()) {
            count(look);
        }
        looks.unfinished().ifPresent(outstanding::lookAgain);
    }

    /** Where it cannot be written, jobs are claimed all the same. */
    private void count(Look look) throws InterruptedException {
        try {
            outstanding.tell(look);
            counting.reset();
        } catch (IOException e) {
            outstanding.later(counting.next());
            etcd.trouble().failed(e.getMessage());
        }
    }

    /** Other pods were faster; a random wait spreads the next attempts. */
    private void awaitOthers() throws InterruptedException {
        signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LOST_WAIT_MILLIS)));
    }

    /** Until news, or it is time to count, or to claim again after a rest or because both siblings live. */
    private void idle() throws InterruptedException {
        long since = System.nanoTime();
        boolean alone = !living.all();
        boolean rung = false;
        while (!rung && !outstanding.due() && !signal.requested()
                && !(alone && living.all()) && !readiness.turns().restEndedSince(since)) {
            health.beat();
            watches.keepOpen();
            living.look();
            rung = watches.await(alone ? PEEK : BEAT, signal);
        }
        if (rung) {
            signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(NEWS_WAIT_MILLIS)));
        }
    }

    /** The claim that conf.json tells of, if it stands: waits for etcd to tell, as long as it takes. */
    Optional<Claim> adopt(Conf found) throws InterruptedException {
        while (!signal.requested()) {
            health.beat();
            try {
                drain.begins(readiness.goesOn(claims.settings())); // before the job that is found can be parked
                return claims.adopt(found);
            } catch (IOException e) {
                etcd.trouble().failed(e.getMessage());
                signal.await(retry.next());
            }
        }
        return Optional.empty();
    }

    int exitCode() {
        return drain.exitCode();
    }

    /** This pod gave a job back, which may be parked now. */
    void gaveUp() {
        gaveUp.increment();
        backlog.clear(); // its request may rest now
        outstanding.countAgain();
    }

    /** What is to be done at each step of a job's loop too: others may need it, and nobody else be there. */
    void step() throws InterruptedException {
        health.beat();
        living.look();
        watches.keepOpen();
        if (outstanding.due() && !signal.requested()) {
            try {
                takeIn(looks.next());
            } catch (IOException e) {
                outstanding.later(SOON);
                etcd.trouble().failed(e.getMessage());
            }
        }
    }
}
