package filehash.init.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Summary;
import filehash.init.tree.Tree;
import filehash.job.HashMethod;
import filehash.job.Tally;
import filehash.program.Json;
import filehash.program.Metrics;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WebhooksIT {
    private final Tree tree = new Tree("test-" + UUID.randomUUID());
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger posts = new AtomicInteger();

    /** By a clock that runs five minutes a step, while no post is on its way. */
    @Test
    void post_thatNobodyAcceptsIsGivenUpAfterADay() throws Exception {
        Settings settings = Settings.read(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint()), 0);
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
            posts.incrementAndGet();
        });
        receiver.start();
        try (Etcd etcd = Etcd.open(settings, Etcd.Line.DIRECT, new StopSignal())) {
            put(etcd, tree.conf() + "webhook_url", "http://127.0.0.1:" + receiver.getAddress().getPort());
            put(etcd, tree.done("1").summary(), Json.write(new Summary("1", "r", "b", null, "photos/",
                    List.of(HashMethod.MD5), 1, 0, Tally.NONE, Instant.now(), Instant.now())));
            put(etcd, tree.webhook("1"), "new");
            Webhooks webhooks = new Webhooks(etcd, tree, new ConfSource(settings, tree), "pod", new Post(Map.of()),
                    clock::get, new Metrics());
            Await.until("it is given up", Await.BOUND, () -> {
                Snapshot now = etcd.read(Range.folder(tree.conf()), Range.names(tree.webhooks()));
                webhooks.see(now);
                webhooks.step();
                clock.addAndGet(webhooks.isPosting() ? 0 : Duration.ofMinutes(5).toNanos());
                return !webhooks.isPosting() && !webhooks.areWaiting();
            });
            Snapshot end = etcd.read(Range.key(tree.done("1").webhook()), Range.key(tree.webhook("1")));
            Delivery delivery = Json.read(end.value(tree.done("1").webhook()), Delivery.class);
            assertEquals("gave up", delivery.state());
            assertEquals(posts.get(), delivery.tries());
            assertTrue(delivery.problem().contains("status 500"), delivery.problem());
            assertTrue(!end.has(tree.webhook("1")));
            assertTrue(Duration.ofNanos(clock.get()).toHours() >= 18 && Duration.ofNanos(clock.get()).toHours() <= 36,
                    Duration.ofNanos(clock.get()).toString());
        } finally {
            receiver.stop(0);
        }
    }

    /** More than a look reads at once. */
    @Test
    void marks_thatAreAllInVainHoldUpNoOthers() throws Exception {
        Settings settings = Settings.read(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint()), 0);
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            boolean good = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("\"request\":\"9\"");
            exchange.sendResponseHeaders(good ? 200 : 500, -1);
            exchange.close();
        });
        receiver.start();
        try (Etcd etcd = Etcd.open(settings, Etcd.Line.DIRECT, new StopSignal())) {
            put(etcd, tree.conf() + "webhook_url", "http://127.0.0.1:" + receiver.getAddress().getPort());
            for (int i = 0; i < 101; i++) {
                String id = i == 100 ? "9" : Integer.toString(1000 + i);
                put(etcd, tree.done(id).summary(), Json.write(new Summary(id, "r", "b", null, "photos/",
                        List.of(HashMethod.MD5), 1, 0, Tally.NONE, Instant.now(), Instant.now())));
                put(etcd, tree.webhook(id), "new");
            }
            Webhooks webhooks = new Webhooks(etcd, tree, new ConfSource(settings, tree), "pod", new Post(Map.of()),
                    clock::get, new Metrics());
            Await.until("the last is posted", Await.BOUND, () -> {
                webhooks.see(etcd.read(Range.folder(tree.conf()), webhooks.next()));
                webhooks.step();
                clock.addAndGet(webhooks.isPosting() ? 0 : Duration.ofSeconds(1).toNanos());
                return etcd.read(Range.key(tree.done("9").webhook())).has(tree.done("9").webhook());
            });
            assertEquals(100, etcd.read(Range.names(tree.webhooks())).keys().size());
        } finally {
            receiver.stop(0);
        }
    }

    private static void put(Etcd etcd, String key, String value) throws Exception {
        assertTrue(etcd.txn("put").put(key, value).commit());
    }
}
