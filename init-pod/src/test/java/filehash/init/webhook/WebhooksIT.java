package filehash.init.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import filehash.backends.Await;
import filehash.init.Store;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Summary;
import filehash.init.tree.Tree;
import filehash.job.HashMethod;
import filehash.job.Tally;
import filehash.program.Json;
import filehash.program.Metrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WebhooksIT {
    @AutoClose
    private final Store store = Store.create();
    private final Tree tree = store.tree();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger posts = new AtomicInteger();

    /** By a clock that runs five minutes a step, while no post is on its way. */
    @Test
    void post_thatNobodyAcceptsIsGivenUpAfterADay() throws Exception {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            posts.incrementAndGet(); // before the answer, after which the test goes on
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        receiver.start();
        try {
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort();
            store.put("/conf/webhook_url", url);
            put(tree.done("1").summary(), Json.write(new Summary("1", "r", "b", null, "photos/",
                    List.of(HashMethod.MD5), 1, 0, Tally.NONE, Instant.now(), Instant.now())));
            put(tree.webhook("1"), "new");
            Webhooks webhooks = store.webhooks(clock::get, new Metrics());
            Await.until("it is given up", Await.BOUND, () -> {
                Snapshot now = store.read(Range.folder(tree.conf()), Range.names(tree.webhooks()));
                webhooks.see(now);
                webhooks.step();
                clock.addAndGet(webhooks.isPosting() ? 0 : Duration.ofMinutes(5).toNanos());
                return !webhooks.isPosting() && !webhooks.areWaiting();
            });
            Snapshot end = store.read(Range.key(tree.done("1").webhook()), Range.key(tree.webhook("1")));
            Delivery delivery = Json.read(end.value(tree.done("1").webhook()), Delivery.class);
            assertEquals("gave up", delivery.state());
            // a try is counted first, and comes to no post where etcd answers late or the receiver reads for 2 s
            assertTrue(posts.get() >= 1 && posts.get() <= delivery.tries(),
                    posts + " posts, " + delivery.tries() + " tries");
            assertTrue(delivery.problem().startsWith(url + ": "), delivery.problem());
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
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            boolean good = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("\"request\":\"9\"");
            exchange.sendResponseHeaders(good ? 200 : 500, -1);
            exchange.close();
        });
        receiver.start();
        try {
            store.put("/conf/webhook_url", "http://127.0.0.1:" + receiver.getAddress().getPort());
            for (int i = 0; i < 101; i++) {
                String id = i == 100 ? "9" : Integer.toString(1000 + i);
                put(tree.done(id).summary(), Json.write(new Summary(id, "r", "b", null, "photos/",
                        List.of(HashMethod.MD5), 1, 0, Tally.NONE, Instant.now(), Instant.now())));
                put(tree.webhook(id), "new");
            }
            Webhooks webhooks = store.webhooks(clock::get, new Metrics());
            Await.until("the last is posted", Await.BOUND, () -> {
                webhooks.see(store.read(Range.folder(tree.conf()), webhooks.next()));
                webhooks.step();
                clock.addAndGet(webhooks.isPosting() ? 0 : Duration.ofSeconds(1).toNanos());
                return store.read(Range.key(tree.done("9").webhook())).has(tree.done("9").webhook());
            });
            assertEquals(100, store.read(Range.names(tree.webhooks())).keys().size());
        } finally {
            receiver.stop(0);
        }
    }

    private void put(String key, String value) {
        store.put(key.substring(store.prefix().length()), value);
    }
}
