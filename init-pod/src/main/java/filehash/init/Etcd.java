package filehash.init;

import filehash.pod.Settings;
import filehash.pod.Stop;
import filehash.pod.Trouble;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to etcd. Every call is bounded; one that fails has an unknown outcome, even where the failure looks
 * clear: what was sent may still be applied, later too. Whoever calls reads back, or tries again with what makes a
 * second application harmless. Safe for use by several threads.
 */
final class Etcd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Etcd.class);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(3);
    /** A look at thousands of requests and jobs; grpc's default is 4 MiB. */
    private static final int LARGEST_ANSWER = 128 << 20;

    private final Client client;
    private final KV kv;
    private final Trouble trouble;

    private Etcd(Client client, String address) {
        this.client = client;
        this.kv = client.getKVClient();
        this.trouble = new Trouble(LOG, "etcd at " + address);
    }

    /** A folder of keys, with their values or only their names; or a single key. */
    record Range(String key, boolean folder, boolean values) {
        static Range folder(String key) {
            return new Range(key, true, true);
        }

        static Range names(String key) {
            return new Range(key, true, false);
        }

        static Range key(String key) {
            return new Range(key, false, true);
        }

        Op op() {
            GetOption.Builder option = GetOption.builder().isPrefix(folder).withKeysOnly(!values);
            return Op.get(bytes(key), option.build());
        }
    }

    /** Does not connect yet: the first call does. */
    static Etcd open(Settings settings) throws IOException {
        List<URI> endpoints = settings.etcdEndpoints();
        ClientBuilder builder = Client.builder().endpoints(endpoints).waitForReady(false)
                .connectTimeout(LONGEST_CALL).retryMaxAttempts(1)
                .keepaliveTime(Duration.ofSeconds(10)).keepaliveTimeout(Duration.ofSeconds(5))
                .keepaliveWithoutCalls(true).maxInboundMessageSize(LARGEST_ANSWER);
        return new Etcd(builder.build(), String.join(",", endpoints.stream().map(URI::toString).toList()));
    }

    /** All of the ranges as of one revision. */
    Snapshot read(Range... ranges) throws IOException, InterruptedException {
        Op[] gets = new Op[ranges.length];
        for (int i = 0; i < gets.length; i++) {
            gets[i] = ranges[i].op();
        }
        var answer = await("read " + ranges[0].key(), kv.txn().Then(gets).commit());
        List<Snapshot.Key> keys = new ArrayList<>();
        answer.getGetResponses().forEach(get -> get.getKvs().forEach(pair -> keys.add(key(pair))));
        return Snapshot.of(answer.getHeader().getRevision(), keys);
    }

    /** A transaction to be filled and committed; what it is for is told when it fails. */
    Txn txn(String what) {
        return new Txn(this, kv, what);
    }

    Lease lease(Duration time) {
        return new Lease(this, client.getLeaseClient(), time);
    }

    /** What is wrong with etcd now, or null. */
    String problem() {
        return trouble.now();
    }

    /** Something that must be tried again did not work: tells of it, and waits. */
    void failed(IOException how, Duration wait, Stop signal) throws InterruptedException {
        trouble.failed(how.getMessage());
        signal.await(wait);
    }

    <T> T await(String what, CompletableFuture<T> call) throws IOException, InterruptedException {
        try {
            T answer = call.get(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS);
            trouble.over();
            return answer;
        } catch (TimeoutException e) {
            call.cancel(true);
            throw new IOException("cannot " + what + ": no answer within " + LONGEST_CALL.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("cannot " + what + ": " + e.getCause().getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static Snapshot.Key key(KeyValue pair) {
        return new Snapshot.Key(pair.getKey().toString(StandardCharsets.UTF_8),
                pair.getValue().toString(StandardCharsets.UTF_8).strip(), pair.getCreateRevision(),
                pair.getModRevision(), pair.getLease());
    }
}
