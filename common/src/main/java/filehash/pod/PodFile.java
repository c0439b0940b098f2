package filehash.pod;

import filehash.job.RateLimits;
import filehash.program.Json;
import filehash.program.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of the shared directory: its name, and the type that it holds as JSON.
 *
 * @param name the path in the directory
 */
public record PodFile<T>(String name, Class<T> type) {
    public static final PodFile<Conf> CONF = new PodFile<>("conf.json", Conf.class);
    public static final PodFile<Progress> PROGRESS = new PodFile<>("progress.json", Progress.class);
    public static final PodFile<S3Fin> S3_FIN = new PodFile<>("s3fin", S3Fin.class);
    public static final PodFile<Stopped> S3_STOP = new PodFile<>("s3stop", Stopped.class);
    public static final PodFile<PlanFin> PLAN = new PodFile<>("plan.json", PlanFin.class);
    /** plan.json once more, with the totals that were counted beside the work. */
    public static final PodFile<PlanFin> COUNT = new PodFile<>("count.json", PlanFin.class);
    public static final PodFile<HashFin> HASH_FIN = new PodFile<>("hashfin", HashFin.class);
    public static final PodFile<Stopped> HASH_STOP = new PodFile<>("hashstop", Stopped.class);
    /** The pod's share of the limits in /conf. Absent while there has been none. */
    public static final PodFile<RateLimits> LIMITS = new PodFile<>("limits.json", RateLimits.class);
    /** Its existence ends both siblings; they do not read it. */
    public static final PodFile<Object> POD_FIN = new PodFile<>("podfin", Object.class);

    /** What this sibling has waited for. */
    public static PodFile<Waited> waits(String program) {
        return new PodFile<>(program + ".waits", Waited.class);
    }

    /** The count of this program's starts without progress, which only the program itself reads. */
    public static PodFile<?> starts(String program) {
        return Starts.file(program);
    }

    /** The same file, read as a type with only some of its fields. */
    <P> PodFile<P> as(Class<P> part) {
        return new PodFile<>(name, part);
    }

    Optional<T> readIn(Path folder) throws IOException {
        Path path = folder.resolve(name);
        Optional<String> text = WholeFile.read(path);
        try {
            return text.map(json -> Json.read(json, type));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + " is " + e.getMessage(), e);
        }
    }

    void writeIn(Path folder, T value) throws IOException {
        WholeFile.write(folder.resolve(name), Json.write(value));
    }
}
