package filehash.init;

import filehash.init.claim.Claim;
import filehash.init.claim.Planning;
import filehash.init.tree.ConfSource;
import filehash.init.tree.JobProgress.Lately;
import filehash.init.tree.JobRange;
import filehash.init.tree.Request;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.HashFin;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.SignOfLife;
import filehash.pod.Stopped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fetcher and the hasher, seen through the shared directory. conf.json is the switch: it is written when a job
 * begins, and removed only after both siblings have written a fin or stop file with the job's identity. Nothing else
 * is removed before it, so that an init-pod that dies at any step here can see how far it was. Files with another
 * identity are ignored. Main thread only.
 */
final class Siblings {
    private static final Logger LOG = LoggerFactory.getLogger(Siblings.class);
    static final String FETCHER = "s3-fetch-tool2";
    static final String HASHER = "file-hasher2";
    /** The switch comes first. */
    static final List<PodFile<?>> SWEPT = List.of(PodFile.CONF, PodFile.S3_FIN, PodFile.S3_STOP,
            PodFile.HASH_FIN, PodFile.HASH_STOP, PodFile.PROGRESS, PodFile.PLAN,
            PodFile.starts(FETCHER), PodFile.starts(HASHER));

    interface CurrentPlaces {
        /** Reads how to reach S3 and MySQL from /conf; null while it is incomplete. */
        ConfSource.Places read() throws InterruptedException;
    }

    private final SharedDirectory directory;
    private final Consumer<String> steps;
    private final CurrentPlaces places;
    private final LastMinute lastMinute;

    /**
     * @param steps receives each step before it is taken; a test lets the process die there
     * @param places asked only if S3 refuses a job: /conf may have changed since the job began
     */
    Siblings(SharedDirectory directory, Consumer<String> steps, CurrentPlaces places) {
        this.directory = directory;
        this.steps = steps;
        this.places = places;
        this.lastMinute = new LastMinute(directory, List.of(FETCHER, HASHER), System::nanoTime);
    }

    /**
     * The job that the pod was working on when it was interrupted. If conf.json is of another boot, the last writes to
     * the directory were lost with the machine's memory; the same is true if it cannot be read, because it was renamed
     * into place only when it was complete.
     */
    Optional<Conf> found() throws IOException {
        directory.remove(PodFile.POD_FIN);
        directory.remove(PodFile.COUNT); // of the process before
        try {
            Optional<Conf> conf = directory.read(PodFile.CONF);
            if (conf.isPresent() && !directory.boot().equals(conf.get().boot())) {
                LOG.info("{} is from before a reboot: starting over", conf.get().id().in(conf.get().request()));
                return Optional.empty();
            }
            return conf;
        } catch (IllegalArgumentException e) {
            LOG.warn("starting over: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Hands the job to the siblings. */
    void begin(Claim claim, ConfSource.Places places) throws IOException {
        JobRange range = claim.range();
        Conf.S3 s3 = claim.source() == null ? places.s3() : claim.source().with(places.s3());
        directory.write(PodFile.CONF, new Conf(Conf.State.WORK, directory.boot(), claim.request(), claim.id(),
                claim.terms().root(), range.start(), range.before(), claim.terms().methods(), s3,
                places.mysql(), null, range.planned()));
    }

    /** Has the fetcher plan; the hasher stays idle. */
    void plan(Planning planning, ConfSource.Places places, int pods) throws IOException {
        Request.Terms terms = planning.request().terms();
        directory.write(PodFile.CONF, new Conf(Conf.State.PLAN, directory.boot(), planning.request().id(),
                planning.id(), terms.root(), "", null, terms.methods(), planning.source().with(places.s3()),
                places.mysql(), new Conf.PlanOrder(terms.split(), terms.jobs(), pods), null));
    }

    /** Makes the siblings stop, if they were to work. */
    void stop(boolean cancelled) throws IOException {
        Optional<Conf> conf = directory.read(PodFile.CONF);
        if (conf.isPresent() && conf.get().state() != Conf.State.STOP) {
            steps.accept("say stop");
            directory.write(PodFile.CONF, cancelled ? conf.get().cancels() : conf.get().says(Conf.State.STOP));
        }
    }

    Optional<S3Fin> s3Fin(JobId id) throws IOException {
        return directory.read(PodFile.S3_FIN, id);
    }

    /** Whether the fetcher of this directory can plan. */
    static boolean canPlan(SharedDirectory directory) {
        try {
            return SignOfLife.of(directory, FETCHER).plans();
        } catch (IOException e) {
            return false; // as if the file were absent: requests that need a plan are left to other pods
        }
    }

    boolean hasPlanned(JobId id) throws IOException {
        return directory.carries(PodFile.PLAN, id);
    }

    /** @throws IllegalArgumentException if the file does not hold a plan */
    PlanFin planFin(JobId id) throws IOException {
        return directory.read(PodFile.PLAN, id).orElseThrow(() -> new IllegalArgumentException("plan.json is gone"));
    }

    Optional<HashFin> hashFin(JobId id) throws IOException {
        Optional<HashFin> fin = directory.read(PodFile.HASH_FIN, id);
        fin.ifPresent(done -> lastMinute.see(id, done.tally()));
        return fin;
    }

    Optional<Progress> progress(JobId id) throws IOException {
        Optional<Progress> progress = directory.read(PodFile.PROGRESS, id);
        progress.ifPresent(far -> lastMinute.see(id, far.tally()));
        return progress;
    }

    /** What this pod has stored and waited for in the last minute; empty at first. */
    Optional<Lately> lately(Claim claim) throws IOException {
        progress(claim.id());
        return lastMinute.now(claim.request());
    }

    /**
     * Why a sibling stopped; the reason of the one that failed wins over that of the one that was only stopped. A
     * refusal of S3 is the request's own fault if its server is no longer that of /conf, whose credentials may be for
     * another server.
     */
    Optional<Stopped> stopped(JobId id) throws IOException, InterruptedException {
        Optional<Stopped> hash = directory.read(PodFile.HASH_STOP, id);
        Optional<Stopped> s3 = directory.read(PodFile.S3_STOP, id);
        if (s3.isPresent() && s3.get().fault() == Stopped.Fault.CONF && isElsewhere()) {
            s3 = Optional.of(new Stopped(id, Stopped.Fault.ROOT, s3.get().why(), s3.get().held()));
        }
        return Stream.of(hash, s3).flatMap(Optional::stream)
                .reduce((a, b) -> b.fault() == Stopped.Fault.NONE ? a
                        : new Stopped(id, b.fault(), b.why(), Math.max(a.held(), b.held())));
    }

    private boolean isElsewhere() throws IOException, InterruptedException {
        ConfSource.Places now = places.read();
        Optional<Conf> conf = directory.read(PodFile.CONF);
        return now != null && conf.isPresent()
                && (!Objects.equals(conf.get().s3().endpoint(), now.s3().endpoint())
                        || !conf.get().s3().region().equals(now.s3().region()));
    }

    /** The siblings that have not yet written that they are idle. */
    List<String> busy(JobId id) throws IOException {
        boolean fetcher = directory.carries(PodFile.S3_FIN, id) || directory.carries(PodFile.S3_STOP, id)
                || directory.carries(PodFile.PLAN, id);
        boolean hasher = directory.carries(PodFile.HASH_FIN, id) || directory.carries(PodFile.HASH_STOP, id);
        return Stream.of(fetcher ? "" : FETCHER, hasher ? "" : HASHER).filter(name -> !name.isEmpty()).toList();
    }

    /** Removes the switch, and then all other files; both siblings are idle, or the machine has rebooted. */
    void sweep() throws IOException {
        for (PodFile<?> file : SWEPT) {
            steps.accept("remove " + file.name());
            directory.remove(file);
        }
        steps.accept("sweep files");
        directory.sweep();
    }

    /** Ends the siblings: there will be no more jobs. */
    void dismiss() throws IOException {
        directory.write(PodFile.POD_FIN, Map.of("boot", directory.boot()));
    }
}
