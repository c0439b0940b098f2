package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Requests of one job each, over an empty root, are put at once, while one of two pods works on an older request; etcd
 * is 10 ms away. The test checks what a request costs etcd, and prints how long it takes. The queue is short here:
 * {@code ./mvnw verify -pl init-pod -am -Dit.test=QueueIT -Dfilehash.queue=3000} measures a long one.
 */
@Isolated
class QueueIT {
    private static final int QUEUE = Integer.getInteger("filehash.queue", 300);
    /** How many of them the test waits for. */
    private static final int SOME = 60;
    private static final Duration ONE_WAY = Duration.ofMillis(Integer.getInteger("filehash.oneway", 5));

    @TempDir
    Path folder;

    /** What a request costs. */
    private record Cost(double millis, double calls) {
    }

    @Test
    void request_costsFewCallsHoweverManyWait() throws Exception {
        Cost few = cost(SOME, SOME);
        Cost many = cost(QUEUE, SOME * 2);
        System.out.printf("a request of one job: %.0f ms and %.1f calls with %d in the queue, %.0f ms "
                + "and %.1f calls with %d: the rate is %.2f of that%n", few.millis, few.calls, SOME, many.millis,
                many.calls, QUEUE, few.millis / many.millis);
        // if each job took a call for each request in the queue, it would cost hundreds more
        assertTrue(many.calls < few.calls + (QUEUE - SOME) / 10.0, many.calls + " after " + few.calls);
    }

    private Cost cost(int queue, int some) throws Exception {
        FakeRows rows = new FakeRows();
        AtomicInteger done = new AtomicInteger();
        Pod.Work work = (conf, stored) -> {
            if (conf.request().equals("older")) {
                return Pod.Work.Next.NOT_YET;
            }
            done.incrementAndGet();
            return Pod.Work.Next.END;
        };
        try (EtcdServer server = EtcdServer.startOwn(); Store store = Store.create(server.endpoint());
                Wire wire = new Wire(server.address(), server.port())) {
            wire.delay(ONE_WAY);
            String url = "http://127.0.0.1:" + wire.port();
            Path pods = folder.resolve("queue-" + queue);
            try (Pod busy = store.pod(pods, "pod-1", rows, work, "ETCD_ENDPOINTS", url,
                    "LEASE_SECONDS", "60").start()) {
                store.request("older", 1).await("/wip/older/0/host", "pod-1");
                try (Fill fill = new Fill(server.endpoint(), store.prefix())) {
                    for (int i = 0; i < queue; i++) {
                        fill.request("r" + i, 1);
                    }
                }
                try (Pod pod = store.pod(pods, "pod-2", rows, work, "ETCD_ENDPOINTS", url,
                        "LEASE_SECONDS", "60").start()) {
                    Await.until("some are done", Await.BOUND, () -> done.get() >= some / 2);
                    int from = done.get();
                    long begun = System.nanoTime();
                    long before = calls(server);
                    Await.until("more are done", Await.BOUND, () -> done.get() >= some);
                    double count = done.get() - from;
                    Cost cost = new Cost(Duration.ofNanos(System.nanoTime() - begun).toMillis() / count,
                            (calls(server) - before) / count);
                    assertFalse(busy.died() || pod.died());
                    assertEquals(1, rows.highestAttempt());
                    return cost;
                }
            }
        }
    }

    private static long calls(EtcdServer server) throws IOException {
        return server.metrics().lines().filter(line -> line.startsWith("grpc_server_started_total{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
