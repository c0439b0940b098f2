package filehash.init.etcd;

import filehash.program.Metrics;
import filehash.program.Settings;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.WatchOption;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to etcd. Every call has a deadline, and a call that failed has an unknown outcome, even if the failure looks
 * clear: etcd may still apply it later. So the caller reads back, or repeats a transaction that is idempotent. Main
 * thread only.
 */
public final class Etcd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Etcd.class);
    /** Keeps the reference: without one, the level is forgotten. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");
    /** After the stop signal, a read and a transaction that give the job back must fit into the time that is left. */
    private static final Duration LAST_CALLS = Duration.ofMillis(2500);
    private static final Duration CUT_SHORT = Duration.ofMillis(500);
    private static final Duration PEEK = Duration.ofMillis(100);
    /** etcd takes 128 operations in a transaction. */
    public static final int MOST_RANGES = 100;
    static final String GRANT = "grant a lease";

    private final MemberConnection connection;
    private final Line line;
    private final StopSignal signal;
    private final CallTrouble calls;
    private Runnable beforeCalls = () -> {};
    private LongConsumer reads = nanos -> {};
    private LongConsumer transactions = nanos -> {};
    private LongConsumer grants = nanos -> {};

    private Etcd(MemberConnection connection, String address, Line line, StopSignal signal) {
        this.connection = connection;
        this.line = line;
        this.signal = signal;
        this.calls = new CallTrouble(new Trouble(LOG, "etcd at " + address));
    }

    /** How calls reach etcd: {@link #DIRECT}; a test may lose them on the way. */
    public interface Line {
        Line DIRECT = new Line() {
        };

        /** @param what the call, as its error message names it */
        default <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
            return call.get();
        }
    }

    /** Does not connect yet: the first call does. */
    public static Etcd open(Settings settings, Line line, StopSignal signal) throws IOException {
        GRPC.setLevel(Level.WARNING);
        String address = String.join(",", settings.etcdEndpoints().stream().map(URI::toString).toList());
        return new Etcd(new MemberConnection(settings), address, line, signal);
    }

    /** Runs before each call, because some operations take many: to beat, and to renew the lease. */
    public void beforeCalls(Runnable step) {
        beforeCalls = step;
    }

    /** Measures the calls from now on. */
    public void register(Metrics metrics) {
        metrics.counter("filehash_etcd_failures_total", "Calls to etcd that failed", this::failures);
        reads = durations(metrics, "read");
        transactions = durations(metrics, "transaction");
        grants = durations(metrics, "lease");
    }

    private static LongConsumer durations(Metrics metrics, String operation) {
        return metrics.durations("filehash_etcd_request_duration_seconds",
                "Seconds of a call to etcd, also of one that failed", "operation", operation);
    }

    private LongConsumer durations(String what) {
        return what.startsWith("read ") ? reads : what.startsWith(GRANT) ? grants : transactions;
    }

    /** All of the ranges as of one revision; at most {@link #MOST_RANGES}. */
    public Snapshot read(Range... ranges) throws IOException, InterruptedException {
        return read(List.of(ranges));
    }

    public Snapshot read(List<Range> ranges) throws IOException, InterruptedException {
        TxnResponse answer = send("read " + ranges.get(0).start(), ranges.stream().map(Range::op).toList());
        return Snapshot.of(answer.getHeader().getRevision(), answer);
    }

    TxnResponse send(String what, List<Op> reads) throws IOException, InterruptedException {
        return await(what, () -> kv().txn().Then(reads.toArray(Op[]::new)).commit());
    }

    /** @param what the transaction, as its error message names it */
    public Txn txn(String what) {
        return new Txn(this, what);
    }

    KV kv() {
        return connection.client().getKVClient();
    }

    io.etcd.jetcd.Lease leases() {
        return connection.client().getLeaseClient();
    }

    /** A watch that ends with the connection, which {@link #connection} numbers. */
    Watch.Watcher watch(String key, WatchOption option, Watch.Listener listener) {
        return connection.watch(bytes(key), option, listener);
    }

    /** Changes with each new connection, on which watches have to be opened again. */
    public int connection() {
        return connection.number();
    }

    public Trouble trouble() {
        return calls.trouble();
    }

    /** How many calls have failed. */
    public long failures() {
        return calls.failures();
    }

    <T> T await(String what, Supplier<CompletableFuture<T>> call) throws IOException, InterruptedException {
        beforeCalls.run();
        long began = System.nanoTime();
        CompletableFuture<T> sent = line.send(what, call);
        try {
            T answer = answer(sent);
            calls.worked(what);
            connection.worked();
            return answer;
        } catch (TimeoutException e) {
            sent.cancel(true);
            calls.failed(what);
            connection.timedOut();
            throw new IOException("cannot " + what + ": no answer in time", e);
        } catch (ExecutionException e) {
            calls.failed(what);
            connection.failed(e.getCause());
            throw new IOException("cannot " + what + ": " + CallTrouble.reason(e.getCause()), e);
        } finally {
            durations(what).accept(System.nanoTime() - began);
        }
    }

    /** Waits for the answer, but not much longer once the stop signal has come. */
    private <T> T answer(CompletableFuture<T> sent) throws InterruptedException, ExecutionException, TimeoutException {
        boolean ending = signal.requested();
        long end = System.nanoTime() + (ending ? LAST_CALLS : connection.longestCall()).toNanos();
        while (true) {
            try {
                return sent.get(Math.max(1, Math.min(PEEK.toNanos(), end - System.nanoTime())), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
                if (!ending && signal.requested()) {
                    ending = true;
                    end = Math.min(end, System.nanoTime() + CUT_SHORT.toNanos());
                }
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
