package filehash.hash;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.Names;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.Segments;
import filehash.pod.SharedDirectory;
import filehash.program.Metrics;
import filehash.program.Secret;
import filehash.program.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A pod whose only program is the hasher: the test writes conf.json and files/ as the other two programs would. */
public final class HasherPod {
    public static final String RUN = "11111111-2222-3333-4444-555555555555";
    public static final Duration BOUND = Await.BOUND;

    public final SharedDirectory directory;
    public final Conf conf;
    public final StopSignal signal = new StopSignal();

    public HasherPod(Path root, Conf.MySql mysql, JobId id, HashMethod... methods) throws IOException {
        this.directory = SharedDirectory.open(root);
        this.conf = new Conf(Conf.State.WORK, directory.boot(), "1", id, "", "00", null,
                List.of(methods), new Conf.S3("bucket", null, "us-east-1", null, null, null), mysql);
        directory.write(PodFile.CONF, conf);
    }

    public HasherPod(Path root, MySqlServer.Database database, long attempt, HashMethod... methods) throws IOException {
        this(root, mysql(database, database.port(), null), new JobId(RUN, 0, attempt), methods);
    }

    public static Conf.MySql mysql(MySqlServer.Database database, int port, String params) {
        return new Conf.MySql(database.host(), port, database.name(), database.user(),
                new Secret(database.password()), params == null ? null : new Secret(params));
    }

    public String hostName() {
        return "pod-" + conf.id().attempt();
    }

    public void put(String name, String content) throws IOException {
        put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public void put(String name, byte[] content) throws IOException {
        Files.write(directory.part(name), content);
        directory.publish(name);
    }

    /** Publishes a segment of a large object. */
    void put(Segments.Segment segment, String content) throws IOException {
        Files.writeString(directory.segments().part(segment), content);
        directory.segments().publish(segment);
    }

    public void fail(String name, Failure.Kind kind, String message) throws IOException {
        directory.publish(name, new Failure(kind, message));
    }

    public void fetched(long listed) throws IOException {
        directory.write(PodFile.S3_FIN, new S3Fin(conf.id(), listed));
    }

    /** Acts as the fetcher. The content of an object is its name; an object with "failed" in its name fails. */
    public CompletableFuture<Void> fetching(List<String> names, int limit) {
        return background("fetcher", () -> {
            Await.until("progress.json is there", BOUND, () -> progress().isPresent());
            Progress begun = progress().orElseThrow();
            long listed = begun.tally().objects();
            for (String name : names) {
                if (Names.ORDER.compare(name, begun.last()) > 0) {
                    Await.until("room for " + name, BOUND, () -> directory.entries().size() < limit);
                    listed++;
                    if (name.contains("failed")) {
                        fail(name, Failure.Kind.GONE, "it is gone");
                    } else {
                        put(name, name);
                    }
                }
            }
            fetched(listed);
            return null;
        });
    }

    public Optional<Progress> progress() throws IOException {
        return directory.read(PodFile.PROGRESS, conf.id());
    }

    /** Whether the progress has come to this name. */
    boolean isAt(String last) {
        try {
            return progress().filter(now -> now.last().equals(last)).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HashFin hash() throws GiveUp, IOException, InterruptedException {
        return hash(step -> {}).orElseThrow();
    }

    public Optional<HashFin> hash(Consumer<String> steps) throws GiveUp, IOException, InterruptedException {
        return hash(conf, steps);
    }

    public Optional<HashFin> hash(Conf changed, Consumer<String> steps)
            throws GiveUp, IOException, InterruptedException {
        try (Hasher hasher = hasher(steps)) {
            return hasher.run(changed);
        }
    }

    Hasher hasher(Consumer<String> steps) {
        return new Hasher(directory, hostName(), 10, signal, steps, new HasherCounts(new Metrics()));
    }

    public CompletableFuture<Optional<HashFin>> hashing(Consumer<String> steps) {
        return background("hasher", () -> hash(steps));
    }

    /** Does something before the COMMIT of each batch. */
    public static Consumer<String> beforeCommit(Runnable work) {
        AtomicBoolean inBatch = new AtomicBoolean();
        return step -> {
            if (step.equals("update job")) {
                inBatch.set(true);
            } else if (step.equals("commit") && inBatch.getAndSet(false)) {
                work.run();
            }
        };
    }

    public interface Work<T> {
        T run() throws Exception;
    }

    public static <T> CompletableFuture<T> background(String name, Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.run());
            } catch (Exception | AssertionError e) { // rethrown by result
                result.completeExceptionally(e);
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Waits with a bound, and fails with the error of the work. */
    public static <T> T result(CompletableFuture<T> work) throws Exception {
        Await.until("it ends", BOUND, work::isDone);
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    public static Map<String, String> environment(Path root) {
        return Map.of("SHARED_DIR", root.toString(), "HTTP_PORT", "0", "HOSTNAME", "pod-1");
    }
}
