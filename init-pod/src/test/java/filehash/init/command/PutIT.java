package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Request;
import filehash.init.tree.Tree;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first try of submit has lost its answer; etcd has not applied it. */
class PutIT {
    private final Tree tree = new Tree("put-" + UUID.randomUUID());

    /** What another request of the same id differs in; one that differs in nothing is as good as ours. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"root, photos, true", "root, other, false", "method, SHA1, false",
            "bucket, another, false", "split, list, false", "job, 5, false", "priority, 1, false"})
    void secondTry_takesNoOtherRequestForOurs(String key, String value, boolean ours) throws Exception {
        String folder = tree.request("1").folder();
        Map<String, String> values = Map.of(folder + "root", "photos", folder + "job", "4", folder + "method", "MD5",
                folder + "bucket", "b", folder + "priority", "0");
        Map<String, String> found = new HashMap<>(values);
        found.put(folder + key, value);
        assertStep(ours, values, found);
    }

    @ParameterizedTest
    @CsvSource({"root, photos/, true", "root, other/, false", "method, SHA1, false", "bucket, another, false",
            "jobs, 5, false"})
    void secondTry_takesNoOtherRequestThatIsDoneForOurs(String key, String value, boolean ours) throws Exception {
        String folder = tree.request("1").folder();
        String done = tree.done("1").folder();
        Map<String, String> found = new HashMap<>(Map.of(done + "root", "photos/", done + "method", "MD5",
                done + "jobs", "4", done + "bucket", "b"));
        found.put(done + key, value);
        assertStep(ours, Map.of(folder + "root", "photos", folder + "job", "4", folder + "method", "MD5",
                folder + "bucket", "b"), found);
    }

    private void assertStep(boolean ours, Map<String, String> values, Map<String, String> found) throws Exception {
        AtomicBoolean lost = new AtomicBoolean();
        Etcd.Line line = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                if (!what.startsWith("put request")) {
                    return call.get();
                }
                lost.set(true);
                return CompletableFuture.failedFuture(new IOException("lost"));
            }
        };
        Settings settings = Settings.read(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint()), 0);
        try (Etcd etcd = Etcd.open(settings, line, new StopSignal())) {
            Request request = Request.of(tree, "1", Snapshot.of(0, values.entrySet().stream()
                    .map(key -> new Snapshot.Key(key.getKey(), key.getValue(), 1, 1, 1, 0)).toList()));
            Put put = new Put(etcd, tree, request, values);
            Await.until("its answer is lost", Await.BOUND, () -> { // before that, a read may have no answer in time
                assertThrows(IOException.class, put::step);
                return lost.get();
            });
            Await.until("another is put", Await.BOUND, () -> {
                var txn = etcd.txn("other");
                found.forEach(txn::put);
                return txn.commit();
            });
            assertEquals(ours, Await.answer("a second try", put::step));
        }
    }
}
