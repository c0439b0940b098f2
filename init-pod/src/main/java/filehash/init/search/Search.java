package filehash.init.search;

import filehash.init.claim.Adopted;
import filehash.init.claim.Candidate;
import filehash.init.claim.Claims;
import filehash.init.claim.Outstanding;
import filehash.init.claim.Plans;
import filehash.init.claim.Task;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Txn;
import filehash.init.etcd.Watches;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Look;
import filehash.init.tree.Tree;
import filehash.init.webhook.Webhooks;
import filehash.pod.Conf;
import filehash.pod.Stopped;
import filehash.program.Backoff;
import filehash.program.Health;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * The search for work between two jobs: looks, claims, and waits for news if there is nothing to claim. Main thread
 * only.
 */
public final class Search {
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration PEEK = Duration.ofMillis(100);
    private static final int NEWS_WAIT_MILLIS = 20;
    private static final int LOST_WAIT_MILLIS = 1000;

    private final Etcd etcd;
    private final Claims claims;
    private final Tries tries;
    private final Backlog backlog;
    private final Outstanding outstanding;
    private final Watches watches;
    private final Looks looks;
    private final Steps steps;
    private final Readiness readiness;
    private final Living living;
    private final Drain drain;
    private final Health health;
    private final StopSignal signal;
    private final Backoff retry = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

    public Search(Etcd etcd, Tree tree, Claims claims, Plans plans, Outstanding outstanding, Readiness readiness,
            Living living, Webhooks webhooks, LimitsUpkeep limits, boolean drains, Health health, StopSignal signal) {
        this.etcd = etcd;
        this.claims = claims;
        this.tries = new Tries(etcd, tree, claims, plans, readiness, outstanding, health.metrics());
        this.backlog = new Backlog(etcd, tree, tries, readiness);
        this.outstanding = outstanding;
        this.watches = new Watches(etcd);
        this.looks = new Looks(etcd, tree, new Upkeep(etcd, tree), outstanding, watches,
                new News(tree, watches, outstanding, drains).withConf(), webhooks);
        this.steps = new Steps(etcd, watches, looks, outstanding, living, webhooks, limits, plans, health, signal);
        this.readiness = readiness;
        this.living = living;
        this.drain = new Drain(drains, outstanding, webhooks);
        this.health = health;
        this.signal = signal;
    }

    /** Waits for something to do and makes it ours; empty at the stop signal, or when all is drained. */
    public Optional<Task> next() throws InterruptedException {
        Optional<Task> task = Optional.empty();
        boolean drained = false;
        while (task.isEmpty() && !drained && !signal.requested()) {
            steps.tick();
            try {
                if (backlog.isEmpty() || outstanding.due() || !living.all()) {
                    Look look = looks.next();
                    drained = drain.tryEnd(look);
                    task = drained ? Optional.empty() : next(look);
                } else {
                    task = backlog.again();
                }
                retry.reset();
            } catch (IOException e) {
                etcd.trouble().failed(e.getMessage());
                signal.await(retry.next());
            }
        }
        return task;
    }

    private Optional<Task> next(Look look) throws IOException, InterruptedException {
        backlog.clear();
        steps.takeIn(look);
        readiness.see(look);
        Optional<Candidate> candidate = readiness.mayClaim(look.settings()) && living.all()
                ? NextJob.find(look, looks.deleted(), readiness.turns(), tries::mayTry) : Optional.empty();
        if (candidate.isEmpty()) {
            idle();
            return Optional.empty();
        }
        if (candidate.get().kind() == Candidate.Kind.NEW) {
            Optional<Task> task = backlog.first(look, readiness.turns().backlog(look, tries::mayTry));
            if (task.isEmpty() && backlog.isEmpty()) {
                awaitOthers();
            }
            return task;
        }
        Optional<Task> task = tries.take(candidate.get());
        if (task.isEmpty()) {
            outstanding.countAgain(); // it may have been parked
            awaitOthers();
        }
        return task;
    }

    /** A job, or the plan, of this request could not begin. */
    public void threw(String request, UnaryOperator<Txn> same, RuntimeException e) throws InterruptedException {
        backlog.clear();
        tries.threw(request, same, e);
    }

    /** Other pods were faster; a random wait spreads the next attempts. */
    private void awaitOthers() throws InterruptedException {
        signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LOST_WAIT_MILLIS)));
    }

    /** Waits until there is news, a count is due, a rest has ended, or both siblings are alive again. */
    private void idle() throws InterruptedException {
        long since = System.nanoTime();
        boolean alone = !living.all();
        boolean woken = false;
        while (!woken && !outstanding.due() && !signal.requested()
                && !(alone && living.all()) && !readiness.turns().restEndedSince(since)) {
            steps.tick();
            woken = watches.await(alone ? PEEK : BEAT, signal);
        }
        if (woken) {
            signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(NEWS_WAIT_MILLIS)));
        }
    }

    public Optional<Adopted> adopt(Conf found) throws InterruptedException {
        return adopted(() -> Optional.of(claims.adopt(found)));
    }

    /** Reads what conf.json describes, if it stands. Waits for etcd as long as that takes. */
    public interface Adoption<T> {
        Optional<T> read() throws IOException, InterruptedException;
    }

    public <T> Optional<T> adopted(Adoption<T> adoption) throws InterruptedException {
        while (!signal.requested()) {
            health.beat();
            try {
                drain.begins(readiness.reread(claims.readConf())); // before the job that was found can be parked
                return adoption.read();
            } catch (IOException e) {
                etcd.trouble().failed(e.getMessage());
                signal.await(retry.next());
            }
        }
        return Optional.empty();
    }

    /** Reads how to reach S3 and MySQL. If etcd does not answer, it returns what was read before. */
    public ConfSource.Places readPlaces() throws InterruptedException {
        try {
            readiness.reread(claims.readConf());
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
        }
        return readiness.places();
    }

    public int exitCode() {
        return drain.exitCode();
    }

    /** This pod gave a job back, which may have parked it. */
    public void gaveUp(Stopped why) {
        tries.gaveUp(why);
        released();
    }

    /** This pod no longer works on a request, which may rest now. */
    public void released() {
        backlog.clear();
        outstanding.countAgain();
    }

    public int pods() {
        return looks.pods();
    }

    public void step() throws InterruptedException {
        steps.takeDue();
    }
}
