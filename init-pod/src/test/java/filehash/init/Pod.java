package filehash.init;

import filehash.backends.Await;
import filehash.init.etcd.Etcd;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Sibling;
import filehash.pod.Stopped;
import filehash.program.Health;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A pod in this process: the real init-pod in a thread, and two siblings that obey conf.json as the real ones do, but
 * have no objects: a hasher that stores rows by number in {@link FakeRows}.
 */
final class Pod implements AutoCloseable {
    private static final Duration BOUND = Await.BOUND;

    private final Settings settings;
    private final SharedDirectory directory;
    private final FakeRows rows;
    private final Work work;
    private final StopSignal siblingSignal = new StopSignal();
    private final Health fetcherHealth = Health.serve(0, () -> null);
    private final Health hasherHealth = Health.serve(0, () -> null);
    private final CompletableFuture<Void> fetcher;
    private final CompletableFuture<Void> hasher;
    private final ReentrantLock frozen = new ReentrantLock();
    private StopSignal signal;
    private Thread thread;
    private CompletableFuture<Integer> running;

    /** What the hasher finds: the next row, the end, nothing yet, or a reason to give up. */
    interface Work {
        enum Next { ROW, END, NOT_YET }

        Next next(Conf conf, long stored) throws GiveUp;

        /** What s3-fetch-tool2 finds meanwhile: all objects, or a reason to give up. */
        default void fetch(Conf conf) throws GiveUp {
        }

        /** Whether s3-fetch-tool2 can plan. */
        default boolean plans() {
            return false;
        }

        /** The plan, or nothing yet; or it gives up. */
        default Optional<PlanFin> plan(Conf conf) throws GiveUp {
            return Optional.empty();
        }

        static Work objects(long objects) {
            return (conf, stored) -> stored < objects ? Next.ROW : Next.END;
        }
    }

    Pod(Path folder, Map<String, String> environment, FakeRows rows, Work work) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SHARED_DIR", folder.toString());
        this.settings = Settings.read(all, 0);
        this.directory = SharedDirectory.open(folder);
        this.rows = rows;
        this.work = work;
        this.fetcher = sibling("s3-fetch-tool2", PodFile.S3_FIN, PodFile.S3_STOP, fetcherHealth, this::fetch);
        this.hasher = sibling("file-hasher2", PodFile.HASH_FIN, PodFile.HASH_STOP, hasherHealth, this::hash);
    }

    Pod start() {
        return start(Etcd.Line.DIRECT, step -> {});
    }

    Pod start(Faults faults) {
        return start(faults, faults::step);
    }

    /** Starts the container, for the first time or again. */
    Pod start(Etcd.Line line, Consumer<String> steps) {
        StopSignal mine = new StopSignal();
        signal = mine;
        running = CompletableFuture.supplyAsync(() -> run(mine, line, steps), task -> {
            thread = new Thread(task, settings.hostname());
            thread.start();
        });
        return this;
    }

    private int run(StopSignal mine, Etcd.Line line, Consumer<String> steps) {
        try {
            return InitPod.run(settings, mine, line, steps);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    SharedDirectory directory() {
        return directory;
    }

    boolean ended() {
        return running.isDone();
    }

    boolean died() {
        return running.isCompletedExceptionally();
    }

    int exitCode() throws Exception {
        return running.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    void siblingsEnded() throws Exception {
        fetcher.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        hasher.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Kills the siblings, which are not started again. */
    Pod endSiblings() throws Exception {
        siblingSignal.request();
        siblingsEnded();
        return this;
    }

    /** Freezes the siblings: they read and write nothing until the thaw. */
    void freezeSiblings() {
        frozen.lock();
    }

    /** By the same thread. */
    void thawSiblings() {
        frozen.unlock();
    }

    /** Sends the signal of Kubernetes to init-pod alone. */
    Pod terminate() {
        signal.request();
        return this;
    }

    /** Ends init-pod at once, without a message to etcd; the siblings go on. */
    void killInit() throws Exception {
        thread.interrupt(); // passes every catch on its way out
        try {
            running.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return; // dead, as it was to be
        }
    }

    /** Kills the whole pod, and removes its directory. */
    void kill() throws Exception {
        killInit();
        siblingSignal.request();
        siblingsEnded();
    }

    @Override
    public void close() {
        if (frozen.isHeldByCurrentThread()) { // the test has failed before the thaw
            frozen.unlock();
        }
        siblingSignal.request();
        if (running != null) {
            signal.request();
            running.handle((code, error) -> code).orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
        }
        CompletableFuture.allOf(fetcher, hasher).orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }

    private <F extends JobId.Carrier> CompletableFuture<Void> sibling(String name, PodFile<F> fin,
            PodFile<Stopped> stop, Health health, Sibling.Work<F> job) {
        Sibling<F> sibling = new Sibling<>(directory, name, fin, stop, settings.maxAttempts(), siblingSignal);
        if (fin.equals(PodFile.S3_FIN) && work.plans()) {
            sibling.planningBy(this::plan);
        }
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                sibling.serve(health, job);
                end.complete(null);
            } catch (IOException | InterruptedException | IllegalArgumentException e) {
                end.completeExceptionally(e);
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    private Optional<PlanFin> plan(Conf conf) throws IOException, InterruptedException, GiveUp {
        Optional<PlanFin> fin = Optional.empty();
        while (fin.isEmpty() && worksOn(conf, fetcherHealth) && !siblingSignal.await(Duration.ofMillis(5))) {
            fin = work.plan(conf);
        }
        return fin;
    }

    /** Counts what the hasher will find: it waits until there is no more. */
    private Optional<S3Fin> fetch(Conf conf) throws IOException, InterruptedException, GiveUp {
        while (worksOn(conf, fetcherHealth) && !siblingSignal.await(Duration.ofMillis(5))) {
            work.fetch(conf);
            Optional<Progress> progress = directory.read(PodFile.PROGRESS, conf.id());
            if (progress.isPresent() && "end".equals(progress.get().last())) {
                return Optional.of(new S3Fin(conf.id(), progress.get().tally().objects()));
            }
        }
        return Optional.empty();
    }

    private Optional<HashFin> hash(Conf conf) throws IOException, InterruptedException, GiveUp {
        long stored = rows.begin(conf.id());
        Instant started = Instant.now();
        while (stored >= 0 && worksOn(conf, hasherHealth) && !siblingSignal.requested()) {
            Work.Next next = work.next(conf, stored);
            report(conf, next == Work.Next.END ? "end" : Long.toString(stored), stored, started);
            if (next == Work.Next.END) {
                return Optional.of(new HashFin(conf.id(), tally(stored), started, Instant.now()));
            }
            if (next == Work.Next.NOT_YET) {
                siblingSignal.await(Duration.ofMillis(5));
            } else {
                stored = rows.store(conf.id(), stored) ? stored + 1 : -1;
            }
        }
        if (stored < 0) {
            throw GiveUp.fenced(rows.attempt(conf.id()));
        }
        return Optional.empty();
    }

    private boolean worksOn(Conf conf, Health health) throws IOException {
        frozen.lock();
        try {
            health.beat();
            return directory.orders(conf.id());
        } finally {
            frozen.unlock();
        }
    }

    private void report(Conf conf, String last, long stored, Instant started) throws IOException {
        directory.write(PodFile.PROGRESS, new Progress(conf.id(), last, tally(stored), started,
                Instant.now()));
    }

    private static Tally tally(long stored) {
        return new Tally(stored, 0, Map.of(), stored * 10);
    }
}
