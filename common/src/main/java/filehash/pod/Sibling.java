package filehash.pod;

import filehash.job.JobId;
import filehash.log.LogLines;
import filehash.log.Logged;
import filehash.program.Backoff;
import filehash.program.Health;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import filehash.program.WholeFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main loop of s3-fetch-tool2 and file-hasher2. They work while conf.json says work for an identity, and then write
 * a fin or a stop file of that identity; a sibling that can plan does the same with the state plan. If conf.json says
 * stop while they are idle, they write the stop file too, so that init-pod can wait for both. Without conf.json both
 * are idle, and in a state that they do not know. If the disk is full, an attempt is repeated in place until there is
 * room; this does not count as a start. Owned by one thread.
 */
public final class Sibling<F extends JobId.Carrier> {
    private static final Logger LOG = LoggerFactory.getLogger(Sibling.class);

    /** init-pod considers a program dead that has not touched its file for 15 seconds. */
    private static final Duration TOUCH = Duration.ofSeconds(1);

    private final SharedDirectory directory;
    private final String program;
    private final PodFile<F> fin;
    private final PodFile<Stopped> stop;
    private final int maxAttempts;
    private final StopSignal signal;
    private final Trouble disk = new Trouble(LOG, "shared directory");
    private final Trouble alive = new Trouble(LOG, "sign of life");
    private long touchedAt = System.nanoTime() - TOUCH.toNanos();
    private JobId started;
    private Work<PlanFin> planner;
    private Supplier<Waited> waits = () -> Waited.NOTHING;
    private Waited written = Waited.NOTHING;

    /** The work of one attempt. */
    public interface Work<F> {
        /**
         * Works until all is done, conf.json no longer says so for this identity, or the signal comes.
         *
         * @return the content of the fin file, or nothing if the work was stopped
         */
        Optional<F> run(Conf conf) throws GiveUp, IOException, InterruptedException;
    }

    public Sibling(SharedDirectory directory, String program, PodFile<F> fin, PodFile<Stopped> stop, int maxAttempts,
            StopSignal signal) {
        this.directory = directory;
        this.program = program;
        this.fin = fin;
        this.stop = stop;
        this.maxAttempts = maxAttempts;
        this.signal = signal;
    }

    /** Makes this sibling one that can plan; without a planner it is idle in the state plan. */
    public Sibling<F> planningBy(Work<PlanFin> work) {
        planner = work;
        return this;
    }

    /** Has this sibling write each second what it has waited for. */
    public Sibling<F> waiting(Supplier<Waited> since) {
        waits = since;
        return this;
    }

    /** Serves until podfin exists or the signal comes. */
    @SuppressWarnings("try") // the lock is only held, never used
    public void serve(Health health, Work<F> work) throws IOException, InterruptedException {
        Backoff idle = Backoff.idling();
        Backoff room = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
        health.onBeat(this::touch);
        try (DirectoryLock alone = DirectoryLock.take(directory, program, signal)) {
            while (!signal.requested() && !directory.has(PodFile.POD_FIN)) {
                health.beat();
                Optional<Conf.Switch> order = unanswered();
                if (order.isEmpty()) {
                    signal.await(idle.next());
                } else if (answered(order.get(), work)) {
                    idle.reset();
                    room.reset();
                } else {
                    signal.await(room.next());
                }
            }
        }
    }

    /** Runs in each step of the loop, so it stops when the loop hangs: init-pod then hands over no job. */
    private void touch() {
        if (System.nanoTime() - touchedAt >= TOUCH.toNanos()) {
            touchedAt = System.nanoTime();
            try {
                SignOfLife.of(directory, program).touch(planner != null);
                Waited now = waits.get();
                if (!now.equals(written)) {
                    directory.write(PodFile.waits(program), now);
                    written = now;
                }
                alive.over();
            } catch (IOException e) {
                alive.failed("cannot be written: " + WholeFile.reason(e));
            }
        }
    }

    private boolean answered(Conf.Switch order, Work<F> work) throws IOException, InterruptedException {
        try {
            answer(order, work);
            disk.over();
            return true;
        } catch (IOException e) {
            if (!WholeFile.wantsRoom(e)) {
                throw e;
            }
            disk.failed(e.getMessage());
            return false;
        }
    }

    /** Reads the order again after the answers, because init-pod may have swept both meanwhile. */
    private Optional<Conf.Switch> unanswered() throws IOException {
        Optional<Conf.Switch> order = directory.order();
        if (order.isEmpty() || isIdleIn(order.get().state()) || isAnswered(order.get().id())) {
            return Optional.empty();
        }
        return directory.order().filter(still -> still.id().equals(order.get().id()));
    }

    private boolean isIdleIn(Conf.State state) {
        return state == Conf.State.OTHER || state == Conf.State.PLAN && planner == null;
    }

    private boolean isAnswered(JobId id) throws IOException {
        return directory.carries(fin, id) || directory.carries(stop, id)
                || planner != null && directory.carries(PodFile.PLAN, id);
    }

    private void answer(Conf.Switch order, Work<F> work) throws IOException, InterruptedException {
        LogLines.workOn(Logged.of(order.id().toString(), Map.of()));
        try {
            boolean done = switch (order.state()) {
                case WORK -> attempt(order.id(), work, fin);
                case PLAN -> attempt(order.id(), planner, PodFile.PLAN);
                case STOP, OTHER -> false;
            };
            if (!done && !signal.requested()) {
                stopped(new Stopped(order.id(), Stopped.Fault.NONE, "conf.json said stop", 0));
            }
        } catch (GiveUp e) {
            stopped(e.toStopped(order.id()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.debug("{} gives up", program, e);
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            stopped(new Stopped(order.id(), Stopped.Fault.JOB, why, 0));
        } finally {
            LogLines.workOn(null);
        }
    }

    /** @return whether the work was done, and not stopped */
    private <R> boolean attempt(JobId id, Work<R> work, PodFile<R> result)
            throws GiveUp, IOException, InterruptedException {
        Conf conf = directory.read(PodFile.CONF, id).orElse(null);
        if (conf == null) {
            return false; // init-pod has just changed the order
        }
        LogLines.workOn(id.in(conf.request()));
        if (!id.equals(started)) {
            Starts starts = Starts.count(directory, program, id);
            if (starts.starts() >= Math.max(2, maxAttempts)) {
                throw GiveUp.job(program + " was started " + starts.starts() + " times without progress after '"
                        + starts.last() + "'");
            }
            started = id;
        }
        Optional<R> done = work.run(conf);
        if (done.isPresent()) {
            directory.write(result, done.get());
        }
        return done.isPresent();
    }

    private void stopped(Stopped stopped) throws IOException {
        LOG.info("stops: {}", stopped.why());
        directory.write(stop, stopped);
    }
}
