package filehash.init;

import filehash.pod.Settings;
import filehash.pod.Trouble;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to etcd. Every call is bounded; one that fails has an unknown outcome, even where the failure looks
 * clear: what was sent may still be applied, later too. Whoever calls reads back, or tries again with a transaction
 * that a second application cannot harm. Owned by the main thread.
 */
final class Etcd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Etcd.class);
    /** Keeps the reference: without one, the level is forgotten. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");
    private static final Duration LONGEST_CALL = Duration.ofSeconds(4);
    /** A look at thousands of requests and jobs; grpc's default is 4 MiB. */
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final int PAGE_KEYS = 10_000;
    /** etcd takes 128 operations in a transaction. */
    private static final int MOST_RANGES = 100;

    private final Client client;
    private final KV kv;
    private final Line line;
    private final Trouble trouble;
    final LongAdder failures = new LongAdder();

    private Etcd(Client client, String address, Line line) {
        this.client = client;
        this.line = line;
        this.kv = client.getKVClient();
        this.trouble = new Trouble(LOG, "etcd at " + address);
    }

    /** How calls reach etcd: {@link #DIRECT}, or in a test they may be lost on the way. */
    interface Line {
        Line DIRECT = new Line() { };

        /** @param what tells which call it is, as an error of it would */
        default <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
            return call.get();
        }
    }

    /** Does not connect yet: the first call does. */
    static Etcd open(Settings settings, Line line) throws IOException {
        GRPC.setLevel(Level.WARNING);
        List<URI> endpoints = settings.etcdEndpoints();
        ClientBuilder builder = Client.builder().endpoints(endpoints).waitForReady(false)
                .connectTimeout(LONGEST_CALL).retryMaxAttempts(1).retryDelay(10)
                .keepaliveTime(Duration.ofSeconds(10)).keepaliveTimeout(Duration.ofSeconds(5))
                .keepaliveWithoutCalls(true).maxInboundMessageSize(LARGEST_ANSWER);
        if (settings.etcdUser() != null) {
            builder.user(bytes(settings.etcdUser())).password(bytes(password(settings)));
        }
        if ("https".equals(endpoints.get(0).getScheme())) {
            builder.sslContext(Tls.of(settings));
        }
        return new Etcd(builder.build(), String.join(",", endpoints.stream().map(URI::toString).toList()), line);
    }

    private static String password(Settings settings) throws IOException {
        if (settings.etcdPassword() != null) {
            return settings.etcdPassword().reveal();
        }
        try {
            return Files.readString(settings.etcdPasswordFile()).strip();
        } catch (IOException e) {
            throw new IOException("ETCD_PASSWORD_FILE " + settings.etcdPasswordFile() + " cannot be read: "
                    + e.getClass().getSimpleName(), e);
        }
    }

    /** All of the ranges as of one revision. */
    Snapshot read(Range... ranges) throws IOException, InterruptedException {
        return read(List.of(ranges));
    }

    /** As of one revision too, unless there are more than a hundred. */
    Snapshot read(List<Range> ranges) throws IOException, InterruptedException {
        List<Snapshot.Key> keys = new ArrayList<>();
        long revision = 0;
        for (int i = 0; i < ranges.size(); i += MOST_RANGES) {
            List<Range> some = ranges.subList(i, Math.min(ranges.size(), i + MOST_RANGES));
            var answer = await("read " + some.get(0).start(),
                    () -> kv.txn().Then(some.stream().map(Range::op).toArray(Op[]::new)).commit());
            revision = answer.getHeader().getRevision();
            keys.addAll(snapshot(revision, answer).keys().values());
        }
        return Snapshot.of(revision, keys);
    }

    /** A folder that may hold hundreds of thousands of keys, by pages: each as of its own revision. */
    Snapshot readPages(String folder, boolean values) throws IOException, InterruptedException {
        List<Snapshot.Key> keys = new ArrayList<>();
        String from = folder;
        Snapshot page;
        do {
            page = read(new Range(from, Tree.end(folder), values, PAGE_KEYS, 0));
            keys.addAll(page.keys().values());
            from = page.keys().isEmpty() ? from : page.keys().lastKey() + "\0";
        } while (page.keys().size() == PAGE_KEYS);
        return Snapshot.of(page.revision(), keys);
    }

    /** A transaction to be filled and committed; what it is for is told when it fails. */
    Txn txn(String what) {
        return new Txn(this, kv, what);
    }

    Lease lease(Duration time) {
        return new Lease(this, client.getLeaseClient(), time);
    }

    Watches watches(Tree tree, Outstanding outstanding, boolean drains) {
        return new Watches(client.getWatchClient(), tree, outstanding, drains);
    }

    Trouble trouble() {
        return trouble;
    }

    <T> T await(String what, Supplier<CompletableFuture<T>> call) throws IOException, InterruptedException {
        CompletableFuture<T> sent = line.send(what, call);
        try {
            T answer = sent.get(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS);
            trouble.over();
            return answer;
        } catch (TimeoutException e) {
            sent.cancel(true);
            failures.increment();
            throw new IOException("cannot " + what + ": no answer within " + LONGEST_CALL.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            failures.increment();
            throw new IOException("cannot " + what + ": " + reason(e.getCause()), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    /** The outer error tells the kind and the innermost the cause, each without the other's. */
    private static String reason(Throwable error) {
        String outer = String.valueOf(error.getMessage()).replaceFirst("^[a-zA-Z.]+Exception: ", "");
        if (outer.contains("database space exceeded")) {
            return "it has no space left (NOSPACE): compact and defragment it, then etcdctl alarm disarm";
        }
        Throwable cause = Stream.iterate(error, e -> e != null, Throwable::getCause).reduce((a, b) -> b).orElse(error);
        return cause == error || outer.contains(String.valueOf(cause.getMessage())) ? outer
                : outer + ": " + cause.getMessage();
    }

    /** What a transaction has read. A key that is no text is nobody's: written back, it would be another. */
    static Snapshot snapshot(long revision, TxnResponse answer) {
        List<Snapshot.Key> keys = new ArrayList<>();
        for (GetResponse get : answer.getGetResponses()) {
            for (KeyValue pair : get.getKvs()) {
                String name = pair.getKey().toString(StandardCharsets.UTF_8);
                if (bytes(name).equals(pair.getKey())) {
                    keys.add(new Snapshot.Key(name, pair.getValue().toString(StandardCharsets.UTF_8).strip(),
                            pair.getCreateRevision(), pair.getModRevision(), pair.getLease()));
                }
            }
        }
        return Snapshot.of(revision, keys);
    }
}
