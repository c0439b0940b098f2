package filehash.init;

import filehash.backends.Await;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Puts keys by the hundred thousand. Owned by one thread. */
final class Fill implements AutoCloseable {
    private static final int IN_ONE = 120;
    private static final int AT_ONCE = 16;

    private final Client client;
    private final String prefix;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final List<CompletableFuture<?>> all = new ArrayList<>();
    private List<Op> puts = new ArrayList<>();
    private long lease;

    Fill(String endpoint, String prefix) {
        this.client = Client.builder().endpoints(endpoint).build();
        this.prefix = prefix;
    }

    Fill put(String key, Object value) throws InterruptedException {
        return put(key, value, PutOption.DEFAULT);
    }

    /** A key of a pod that lives for ten minutes. */
    Fill bind(String key, Object value) throws InterruptedException {
        if (lease == 0) {
            lease = client.getLeaseClient().grant(600).orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join()
                    .getID();
        }
        return put(key, value, PutOption.builder().withLeaseId(lease).build());
    }

    private Fill put(String key, Object value, PutOption option) throws InterruptedException {
        puts.add(Op.put(Bytes.of(prefix + key), Bytes.of(value.toString()), option));
        if (puts.size() == IN_ONE) {
            send();
        }
        return this;
    }

    Fill request(String id, int jobs) throws InterruptedException {
        return put("/req/" + id + "/root", "photos").put("/req/" + id + "/job", jobs)
                .put("/req/" + id + "/method", "MD5");
    }

    static String runOf(String id) {
        return UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** A run with all jobs claimed. */
    Fill run(String id, int jobs, int left) throws InterruptedException {
        String request = "/req/" + id + "/";
        put(request + "root", "photos").put(request + "job", 0).put(request + "method", "MD5");
        put(request + "run", runOf(id)).put(request + "run/root", "photos/").put(request + "run/method", "MD5")
                .put(request + "run/jobs", jobs).put(request + "run/next", jobs).put(request + "left", left);
        send();
        settle(); // the run is older than its jobs
        return this;
    }

    void send() throws InterruptedException {
        free.acquire();
        Op[] ops = puts.toArray(Op[]::new);
        puts = new ArrayList<>();
        all.add(client.getKVClient().txn().Then(ops).commit().whenComplete((answer, error) -> free.release()));
    }

    void settle() {
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).orTimeout(20, TimeUnit.MINUTES).join();
        all.clear();
    }

    /** Waits until all keys are put. */
    @Override
    public void close() {
        try {
            if (!puts.isEmpty()) {
                send();
            }
            settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            client.close();
        }
    }
}
