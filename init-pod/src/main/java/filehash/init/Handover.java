package filehash.init;

import filehash.pod.Conf;
import filehash.pod.HashFin;
import filehash.pod.HexRange;
import filehash.pod.JobId;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two siblings, seen through the shared directory. conf.json is the switch: written when a job is theirs, and
 * removed only when both have left their fin or stop file of its identity. Before it is removed nothing is swept, so
 * that an init-pod that dies at any step here finds where it was. Files of another identity are never believed.
 * Owned by the main thread.
 */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    static final String FETCHER = "s3-fetch-tool2";
    static final String HASHER = "file-hasher2";
    /** The switch before all else. */
    static final List<String> SWEPT = List.of(SharedDirectory.CONF, SharedDirectory.S3_FIN, SharedDirectory.S3_STOP,
            SharedDirectory.HASH_FIN, SharedDirectory.HASH_STOP, SharedDirectory.PROGRESS,
            FETCHER + SharedDirectory.STARTS, HASHER + SharedDirectory.STARTS);

    private final SharedDirectory directory;
    private final Consumer<String> steps;
    private final Supplier<ConfSource.Places> places;

    /**
     * @param steps is told of each step before it is taken: where a test lets the process die
     * @param places gives what /conf says of S3 and MySQL, or null where it is not complete
     */
    Handover(SharedDirectory directory, Consumer<String> steps, Supplier<ConfSource.Places> places) {
        this.directory = directory;
        this.steps = steps;
        this.places = places;
    }

    /**
     * What the pod was at when it was interrupted. A conf.json of another boot tells of a directory whose last writes
     * were lost with the machine's memory, and so does one that cannot be read: it was renamed when it was whole.
     */
    Optional<Conf> found() throws IOException {
        directory.remove(SharedDirectory.POD_FIN);
        try {
            Optional<Conf> conf = directory.read(SharedDirectory.CONF, Conf.class);
            if (conf.isPresent() && !directory.boot().equals(conf.get().boot())) {
                LOG.info("{} was left by a boot before this: begins anew", conf.get().id());
                return Optional.empty();
            }
            return conf;
        } catch (IllegalArgumentException e) {
            LOG.warn("begins anew: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Tells the siblings to work. */
    void begin(Claim claim, ConfSource.Places places) throws IOException {
        HexRange range = claim.range();
        Conf.S3 s3 = claim.source() == null ? places.s3() : claim.source().with(places.s3());
        directory.write(SharedDirectory.CONF, new Conf(Conf.Word.WORK, directory.boot(), claim.request(), claim.id(),
                claim.terms().root(), range.start(), range.before(), claim.terms().methods(), s3,
                places.mysql()));
    }

    /** Tells them to stop, if they are told to work. */
    void stop() throws IOException {
        Optional<Conf> conf = directory.read(SharedDirectory.CONF, Conf.class);
        if (conf.isPresent() && conf.get().state() == Conf.Word.WORK) {
            steps.accept("say stop");
            directory.write(SharedDirectory.CONF, conf.get().says(Conf.Word.STOP));
        }
    }

    Optional<S3Fin> s3Fin(JobId id) throws IOException {
        return directory.read(SharedDirectory.S3_FIN, S3Fin.class, id);
    }

    Optional<HashFin> hashFin(JobId id) throws IOException {
        return directory.read(SharedDirectory.HASH_FIN, HashFin.class, id);
    }

    Optional<Progress> progress(JobId id) throws IOException {
        return directory.read(SharedDirectory.PROGRESS, Progress.class, id);
    }

    /**
     * Why a sibling stopped: a reason of its own before the mere obedience of the other. What S3 refuses is the
     * request's own where its server is no longer that of /conf, whose keys may be none of that server's.
     */
    Optional<Stopped> stopped(JobId id) throws IOException {
        Optional<Stopped> hash = directory.read(SharedDirectory.HASH_STOP, Stopped.class, id);
        Optional<Stopped> s3 = directory.read(SharedDirectory.S3_STOP, Stopped.class, id);
        if (s3.isPresent() && s3.get().fault() == Stopped.Fault.CONF && isElsewhere()) {
            s3 = Optional.of(new Stopped(id, Stopped.Fault.ROOT, s3.get().why(), s3.get().held()));
        }
        return Stream.of(hash, s3).flatMap(Optional::stream)
                .reduce((a, b) -> b.fault() == Stopped.Fault.NONE ? a
                        : new Stopped(id, b.fault(), b.why(), Math.max(a.held(), b.held())));
    }

    private boolean isElsewhere() throws IOException {
        ConfSource.Places now = places.get();
        Optional<Conf> conf = directory.read(SharedDirectory.CONF, Conf.class);
        return now != null && conf.isPresent()
                && (!Objects.equals(conf.get().s3().endpoint(), now.s3().endpoint())
                || !conf.get().s3().region().equals(now.s3().region()));
    }

    /** Who has not yet left word that it is idle; empty when both have. */
    List<String> busy(JobId id) throws IOException {
        boolean fetcher = answered(SharedDirectory.S3_FIN, id) || answered(SharedDirectory.S3_STOP, id);
        boolean hasher = answered(SharedDirectory.HASH_FIN, id) || answered(SharedDirectory.HASH_STOP, id);
        return Stream.of(fetcher ? "" : FETCHER, hasher ? "" : HASHER).filter(name -> !name.isEmpty()).toList();
    }

    /** Both siblings are idle, or the machine has rebooted: removes the switch, and then all that was left. */
    void sweep() throws IOException {
        for (String file : SWEPT) {
            steps.accept("remove " + file);
            directory.remove(file);
        }
        steps.accept("sweep files");
        directory.sweep();
    }

    /** There will be no more jobs: the siblings end. */
    void dismiss() throws IOException {
        directory.write(SharedDirectory.POD_FIN, Map.of("boot", directory.boot()));
    }

    private boolean answered(String file, JobId id) throws IOException {
        return directory.read(file, JobId.class).filter(id::equals).isPresent();
    }
}
