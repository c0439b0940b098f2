package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeS3;
import filehash.backends.Scrape;
import filehash.fetch.s3.Confs;
import filehash.fetch.transfer.RetryPolicies;
import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.SpareCpus;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.Entry;
import filehash.pod.Failure;
import filehash.pod.Names;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Sibling;
import filehash.pod.Stopped;
import filehash.program.Health;
import filehash.program.Json;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A pod with a real fetcher; this class plays init-pod and the hasher. The hasher's part checks the order of the
 * entries and keeps their hashes. A sampler checks the limits of files/ all the time.
 */
final class FetcherPod implements AutoCloseable {
    static final Duration BOUND = Await.BOUND;
    static final int CONNECTIONS = 64;
    private static final Duration END = Await.BOUND;

    final SharedDirectory directory;
    private final Path root;
    private Capacity capacity;
    private final RetryPolicy policy;
    private final SpareCpus cpus;
    private final Health health = Health.serve(0, () -> null);
    private final StopSignal signal = new StopSignal();
    private final StopSignal end = new StopSignal();
    private final Map<String, String> taken = new LinkedHashMap<>();
    private final Map<String, Failure> failures = new LinkedHashMap<>();
    private final List<CompletableFuture<Void>> threads = new ArrayList<>();
    /** Holds all threads of the container, because a thread begins in the group of the one that makes it. */
    private final ThreadGroup group = new ThreadGroup("pod");
    private final TakenStreams streams;
    private Duration planTime = Duration.ofMinutes(10);
    private Boolean takesSegments = true;
    private String last = "";

    FetcherPod(Path root, int filesLimit, long filesBytes) throws IOException {
        this(root, filesLimit, filesBytes, RetryPolicies.QUICK);
    }

    FetcherPod(Path root, int filesLimit, long filesBytes, RetryPolicy policy) throws IOException {
        this(root, filesLimit, filesBytes, policy, new SpareCpus(8, System::nanoTime, () -> 1));
    }

    FetcherPod(Path root, int filesLimit, long filesBytes, RetryPolicy policy, SpareCpus cpus) throws IOException {
        this.root = root;
        this.directory = SharedDirectory.open(root);
        this.streams = new TakenStreams(directory.segments());
        this.capacity = new Capacity(filesLimit, filesBytes, 8 << 20, CONNECTIONS);
        this.policy = policy;
        this.cpus = cpus;
    }

    /** Sets S3_CONNECTIONS. Must be called before the start. */
    FetcherPod connections(int most) {
        capacity = new Capacity(capacity.files(), capacity.bytes(), capacity.segment(), most);
        return this;
    }

    /** Plays a hasher of a version that knows of no segments. */
    FetcherPod withEarlierHasher() {
        takesSegments = null;
        return this;
    }

    /** Sets SEGMENT_BYTES. Must be called before the start. */
    FetcherPod segment(long bytes) {
        capacity = new Capacity(capacity.files(), capacity.bytes(), bytes, capacity.connections());
        return this;
    }

    /** Sets PLAN_SECONDS. Must be called before the start. */
    FetcherPod planTime(Duration most) {
        planTime = most;
        return this;
    }

    /** Starts the container, which serves until {@link #close}. */
    FetcherPod start() throws IOException {
        Connections connections = new Connections(directory, capacity.connections(), policy, health.metrics());
        FetcherCounts counts = new FetcherCounts(health.metrics(), capacity, connections.throttle());
        Planner planner = new Planner(directory, connections, planTime, signal, health, counts);
        Fetcher fetcher = new Fetcher(directory, capacity, policy, cpus, signal, health, connections, counts);
        Sibling<S3Fin> sibling = new Sibling<>(directory, "s3-fetch-tool2", PodFile.S3_FIN, PodFile.S3_STOP, 5,
                signal).planningBy(planner::run);
        run(() -> {
            try (connections) {
                sibling.serve(health, fetcher::run);
            }
        });
        run(this::sample);
        return this;
    }

    /** Writes a conf.json that says work, and a watermark. */
    FetcherPod work(Conf conf, String lastStored, long objects) throws IOException {
        last = lastStored;
        directory.write(PodFile.CONF, conf);
        Tally tally = new Tally(objects, 0, Map.of(), 0);
        directory.write(PodFile.PROGRESS,
                new Progress(conf.id(), lastStored, tally, Instant.now(), Instant.now(), takesSegments));
        return this;
    }

    /** Starts the container and takes the whole folder in one job. */
    Map<String, String> fetch(FakeS3 s3) throws IOException {
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        Map<String, String> all = start().work(conf, "", 0).hash(conf.id());
        assertEquals(all.size(), fin(conf.id()).orElseThrow().listed());
        return all;
    }

    /** Takes all entries until s3fin. Returns the SHA-256, or the class of the failure, by name. */
    Map<String, String> hash(JobId id) throws IOException {
        Await.until("s3fin", BOUND, () -> {
            boolean fin = fin(id).isPresent();
            return takeAll() == 0 && fin;
        });
        return taken;
    }

    /** Takes all entries that exist now. */
    int takeAll() throws IOException {
        check();
        streams.take();
        List<Entry> entries = directory.inOrder();
        for (Entry entry : entries) {
            take(entry);
        }
        return entries.size();
    }

    /** Takes the segments that exist now, and no entry. */
    void takeSegments() throws IOException {
        check();
        streams.take();
    }

    Map<String, String> taken() {
        return taken;
    }

    /** The failures of the entries that were taken. */
    Map<String, Failure> failures() {
        return failures;
    }

    /** Takes one entry and leaves the rest. */
    void take(Entry entry) throws IOException {
        assertTrue(Names.ORDER.compare(entry.name(), last) > 0, "'" + entry.name() + "' after '" + last + "'");
        last = entry.name();
        if (entry.failed()) {
            failures.put(entry.name(), Json.read(Files.readString(entry.file()), Failure.class));
        }
        taken.put(entry.name(), entry.failed() ? failures.get(entry.name()).kind().name()
                : entry.streamed() ? streams.sha256(entry) : sha256(entry.file()));
        directory.remove(entry);
    }

    Optional<S3Fin> fin(JobId id) throws IOException {
        return directory.read(PodFile.S3_FIN, id);
    }

    /** Takes all entries until the fetcher has stopped, and returns the reason. */
    Stopped stopped() throws IOException {
        Await.until("s3stop", BOUND, () -> takeAll() >= 0 && directory.has(PodFile.S3_STOP));
        return directory.read(PodFile.S3_STOP).orElseThrow();
    }

    /** Stops the container as SIGTERM does. */
    void terminate() {
        signal.request();
    }

    /** The text of /metrics. */
    String metrics() {
        return health.metrics().text();
    }

    /** The value of a series of /metrics, or NaN. */
    double metric(String series) {
        return new Scrape(metrics()).value(series);
    }

    /** Whether the container has ended. */
    boolean ended() {
        return threads.get(0).isDone();
    }

    /** The live threads of the container whose names begin so. */
    List<Thread> threads(String name) {
        Thread[] all = new Thread[1000];
        return Arrays.stream(all, 0, group.enumerate(all)).filter(thread -> thread.getName().startsWith(name)).toList();
    }

    /** Fails if one of the threads has failed. */
    void check() {
        threads.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
    }

    @Override
    public void close() {
        signal.request();
        end.request();
        threads.forEach(thread -> thread.orTimeout(END.toSeconds(), TimeUnit.SECONDS).join());
    }

    static String sha256(Path file) throws IOException {
        return Contents.sha256(Files.readAllBytes(file));
    }

    private void sample() throws IOException, InterruptedException {
        while (!end.await(Duration.ofMillis(1))) {
            Set<String> objects = new HashSet<>();
            long bytes = 0;
            try (Stream<Path> files = Files.list(root.resolve("files"))) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (!name.endsWith(SharedDirectory.FULL_NAME) && !name.endsWith(".new")) {
                        objects.add(name.replaceFirst("\\..*", "")); // a large one has several files
                        bytes += name.endsWith(SharedDirectory.END) ? 0 : size(file); // which only closes it
                    }
                }
            }
            assertTrue(objects.size() <= capacity.files(), objects.size() + " entries");
            assertTrue(bytes <= capacity.bytes(), bytes + " bytes");
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private void run(Task task) {
        threads.add(CompletableFuture.runAsync(() -> {
            try {
                task.run();
            } catch (Exception e) { // check() reports it
                throw new IllegalStateException(e);
            }
        }, command -> new Thread(group, command, "pod").start()));
    }

    private interface Task {
        void run() throws Exception;
    }
}
