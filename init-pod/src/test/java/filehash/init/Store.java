package filehash.init;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.claim.Shares;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.search.LimitsUpkeep;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Look;
import filehash.init.tree.Tree;
import filehash.init.tree.UsedIds;
import filehash.init.webhook.Post;
import filehash.init.webhook.Webhooks;
import filehash.pod.SharedDirectory;
import filehash.program.Metrics;
import filehash.program.Settings;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The tree of one test in etcd, as a user sees it with etcdctl. */
public final class Store implements AutoCloseable {
    private static final Duration BOUND = Await.BOUND;
    private static final Map<String, String> CONF = Map.of("s3_bucket", "b", "s3_key", "k", "s3_secret", "S3-SECRET",
            "mysql_host", "db", "mysql_name", "filehash", "mysql_user", "u", "mysql_pass", "DB-PASS");

    private final String endpoint;
    private final String prefix;
    private final String[] access;
    private final Etcd etcd;
    private final long begun;

    private Store(String endpoint, String prefix, String... access) {
        this.endpoint = endpoint;
        this.prefix = prefix;
        this.access = access;
        try {
            this.etcd = Etcd.open(Settings.read(environment("test"), 0), Etcd.Line.DIRECT, new StopSignal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.begun = read(Range.key(prefix)).revision();
    }

    /** With all keys of /conf. */
    public static Store create() {
        return create(EtcdServer.shared().endpoint());
    }

    /** @param access further variables that every pod needs to reach etcd */
    public static Store create(String endpoint, String... access) {
        Store store = new Store(endpoint, "test-" + UUID.randomUUID(), access);
        putConf(store);
        return store;
    }

    static void putConf(Store store) {
        CONF.forEach((key, value) -> store.put("/conf/" + key, value));
    }

    /** A revision before that of its first key. */
    long begun() {
        return begun;
    }

    public String prefix() {
        return prefix;
    }

    public Tree tree() {
        return new Tree(prefix);
    }

    public Etcd etcd() {
        return etcd;
    }

    /** The environment of a pod on this tree. */
    Map<String, String> environment(String host, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of("HOSTNAME", host, "ETCD_ENDPOINTS", endpoint,
                "ETCD_PREFIX", prefix, "LEASE_SECONDS", "5"));
        Stream.of(access, more).forEach(pairs -> {
            for (int i = 0; i < pairs.length; i += 2) {
                environment.put(pairs[i], pairs[i + 1]);
            }
        });
        return environment;
    }

    Pod pod(Path folder, String host, FakeRows rows, Pod.Work work, String... more) throws IOException {
        return new Pod(folder.resolve(host), environment(host, more), rows, work);
    }

    Store request(String id, int jobs) {
        return put("/req/" + id + "/root", "photos").put("/req/" + id + "/job", Integer.toString(jobs))
                .put("/req/" + id + "/method", "md5, sha-256");
    }

    public Store put(String key, String value) {
        return write(etcd.txn("put").put(prefix + key, value));
    }

    /** A value that need not be text. */
    public Store put(String key, byte[] value) throws Exception {
        try (Client client = Client.builder().endpoints(endpoint).build()) {
            client.getKVClient().put(Bytes.of(prefix + key), ByteSequence.from(value))
                    .get(BOUND.toSeconds(), TimeUnit.SECONDS);
            return this;
        }
    }

    public Store delete(String key) {
        return write(key.endsWith("/") ? etcd.txn("delete").deleteFolder(prefix + key)
                : etcd.txn("delete").delete(prefix + key));
    }

    /** What sets the limits of a pod that a test makes up. */
    LimitsUpkeep limits(Lease lease, Trouble trouble) throws IOException {
        return new LimitsUpkeep(
                new Shares(etcd, tree(), new ConfSource(Settings.read(environment("test"), 0), tree()), lease,
                        "test"),
                SharedDirectory.open(Path.of("target", "limits")), trouble, trouble);
    }

    /** What posts the summaries of a pod that a test makes up. */
    public Webhooks webhooks(LongSupplier clock, Metrics metrics) {
        return new Webhooks(etcd, tree(), new ConfSource(Settings.read(environment("test"), 0), tree()), "test",
                new Post(Map.of()), clock, metrics);
    }

    /** All keys, without the prefix. */
    Snapshot all() throws IOException, InterruptedException {
        Snapshot all = read(Range.folder(prefix + "/"));
        return Snapshot.of(all.revision(), all.keys().values().stream().map(key -> new Snapshot.Key(
                key.name().substring(prefix.length()), key.value(), key.created(), key.modified(), key.version(),
                key.lease()))
                .toList());
    }

    String get(String key) throws IOException, InterruptedException {
        return read(Range.key(prefix + key)).value(prefix + key);
    }

    public Snapshot read(Range... ranges) {
        return Await.answer("the test reads", () -> etcd.read(ranges));
    }

    /** What a pod finds that knows these ids. */
    public Look look(UsedIds ids) {
        return Await.answer("the test looks", () -> Look.at(etcd, tree(), ids, Range.names(tree().webhooks())));
    }

    boolean has(String key) throws IOException, InterruptedException {
        return get(key) != null;
    }

    void await(String key, String value) {
        await(key + " is " + value, () -> value.equals(get(key)));
    }

    void awaitGone(String key) {
        await(key + " is gone", () -> !has(key));
    }

    void await(String what, Callable<Boolean> condition) {
        Await.until(what, BOUND, condition);
    }

    /** Repeats the call if a busy machine does not answer in time, which does no harm. */
    private Store write(Txn txn) {
        Await.until("the test writes", BOUND, txn::commit);
        return this;
    }

    @Override
    public void close() {
        etcd.close();
    }
}
