package filehash.init;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
import java.util.Optional;

/**
 * The two siblings, seen through the shared directory. conf.json is the switch: written when a job is theirs, and
 * removed only when both have left their fin or stop file of its identity. Before it is removed nothing is swept, so
 * that an init-pod that dies at any step here finds where it was. Owned by the main thread.
 */
final class Handover {
    private static final List<String> MARKERS = List.of(SharedDirectory.S3_FIN, SharedDirectory.S3_STOP,
            SharedDirectory.HASH_FIN, SharedDirectory.HASH_STOP, SharedDirectory.PROGRESS,
            "s3-fetch-tool2" + SharedDirectory.STARTS, "file-hasher2" + SharedDirectory.STARTS);

    private final SharedDirectory directory;

    Handover(SharedDirectory directory) {
        this.directory = directory;
    }

    /** Tells the siblings to work. */
    void begin(Claim claim, ConfSource.Places places) throws IOException {
        HexRange range = claim.range();
        directory.write(SharedDirectory.CONF, new Conf(Conf.Word.WORK, directory.boot(), claim.request(), claim.id(),
                claim.terms().root(), range.start(), range.before(), claim.terms().methods(), places.s3(),
                places.mysql()));
    }

    /** Tells them to stop, unless they are told. */
    void stop() throws IOException {
        Optional<Conf> conf = directory.read(SharedDirectory.CONF, Conf.class);
        if (conf.isPresent() && conf.get().state() == Conf.Word.WORK) {
            directory.write(SharedDirectory.CONF, conf.get().says(Conf.Word.STOP));
        }
    }

    /** What the pod was at when it was interrupted. */
    Optional<Conf> conf() throws IOException {
        return directory.read(SharedDirectory.CONF, Conf.class);
    }

    Optional<S3Fin> s3Fin(JobId id) throws IOException {
        return directory.read(SharedDirectory.S3_FIN, S3Fin.class).filter(fin -> fin.id().equals(id));
    }

    Optional<HashFin> hashFin(JobId id) throws IOException {
        return directory.read(SharedDirectory.HASH_FIN, HashFin.class).filter(fin -> fin.id().equals(id));
    }

    Optional<Progress> progress(JobId id) throws IOException {
        return directory.read(SharedDirectory.PROGRESS, Progress.class).filter(progress -> progress.id().equals(id));
    }

    /** What the first of the siblings to stop says, the hasher before the fetcher. */
    Optional<Stopped> stopped(JobId id) throws IOException {
        Optional<Stopped> hash = stopped(SharedDirectory.HASH_STOP, id);
        return hash.isPresent() ? hash : stopped(SharedDirectory.S3_STOP, id);
    }

    /** Who has not yet said that it is idle: empty when both have. */
    List<String> busy(JobId id) throws IOException {
        boolean s3 = answered(SharedDirectory.S3_FIN, id) || answered(SharedDirectory.S3_STOP, id);
        boolean hash = answered(SharedDirectory.HASH_FIN, id) || answered(SharedDirectory.HASH_STOP, id);
        return s3 && hash ? List.of() : s3 ? List.of("file-hasher2") : hash ? List.of("s3-fetch-tool2")
                : List.of("s3-fetch-tool2", "file-hasher2");
    }

    /** Both siblings are idle, or the machine has rebooted: removes the switch, and then all that was left. */
    void sweep() throws IOException {
        directory.remove(SharedDirectory.CONF);
        for (String marker : MARKERS) {
            directory.remove(marker);
        }
        directory.sweep();
    }

    private Optional<Stopped> stopped(String file, JobId id) throws IOException {
        return directory.read(file, Stopped.class).filter(stopped -> stopped.id().equals(id));
    }

    private boolean answered(String file, JobId id) throws IOException {
        return directory.read(file, Answer.class).filter(answer -> answer.id().equals(id)).isPresent();
    }

    /** The part that fin and stop files have in common. */
    private record Answer(@JsonUnwrapped JobId id) {
    }
}
