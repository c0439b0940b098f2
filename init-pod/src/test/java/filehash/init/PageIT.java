package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.Scrape;
import filehash.init.etcd.Etcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The status page as the only program beside etcd. */
@Execution(ExecutionMode.CONCURRENT)
class PageIT {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Etcd.Line counted = new Etcd.Line() {
        @Override
        public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
            calls.add(what);
            return call.get();
        }
    };
    private Store store;
    private Scenes scenes;

    @BeforeEach
    void open() throws Exception {
        store = Store.create();
        scenes = new Scenes(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void requests_areJudgedAndCountedWithoutAnyPod() throws Exception {
        try (Served page = Served.on(store)) {
            store.await("/stats/outstanding", "0");
            store.request("good", 5);
            scenes.bad("typo");
            store.await("it is judged", () -> store.has("/req/typo/error"));
            store.await("/stats/outstanding", "5");
            Await.until("the page shows both", Await.BOUND, () -> {
                String shown = page.get("/api/requests");
                return shown.contains("\"id\":\"good\",\"state\":\"WAITING\"")
                        && shown.contains("\"id\":\"typo\",\"state\":\"BAD\"");
            });
            store.put("/req/typo/job", "7");
            store.awaitGone("/req/typo/error");
            store.await("/stats/outstanding", "12");
            assertFalse(page.died());
        }
    }

    @Test
    void viewers_readEtcdNoMoreOftenThanOne() throws Exception {
        scenes.run("1", "photos/", "ddrrpw");
        try (Served page = Served.on(store, counted)) {
            Await.until("it is read again", Await.BOUND, () -> page.get("/api/request?id=1").contains("\"ddrrpw\"")
                    && reads() > 2);
            long before = reads();
            long since = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                assertTrue(page.get("/api/requests").startsWith("200 "));
                assertTrue(page.get("/api/request?id=1").startsWith("200 "));
            }
            long more = reads() - before;
            long seconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
            assertTrue(more <= seconds / 2 + 3, () -> more + " readings in " + seconds + " s");
        }
    }

    /** A reading begins with the jobs in progress; a look, in the same call, with the requests. */
    private long reads() {
        return calls.stream().filter(call -> call.equals("read " + store.prefix() + "/wip/")).count();
    }

    @Test
    void page_reportsThatEtcdIsAwayAndKeepsWhatItHasRead() throws Exception {
        try (EtcdServer server = EtcdServer.startOwn(); Store own = Store.create(server.endpoint())) {
            own.request("1", 3);
            try (Served page = Served.on(own)) {
                Await.until("it shows the request", Await.BOUND,
                        () -> page.get("/api/requests").contains("\"id\":\"1\""));
                server.kill();
                Await.until("it reports the outage", Await.BOUND,
                        () -> page.get("/api/requests").contains("\"problem\":\"cannot read "));
                assertTrue(page.get("/api/requests").contains("\"id\":\"1\""), page.get("/api/requests"));
                assertEquals("200 ok", page.get("/readyz"));
                server.start();
                Await.until("it reads again", Await.BOUND,
                        () -> page.get("/api/requests").contains("\"problem\":null"));
                assertFalse(page.died());
            }
        }
    }

    @Test
    void metrics_areOfEachRequestButOfAHundredAtMost() throws Exception {
        scenes.run("1", "photos/", "dd".repeat(8) + "rrpw");
        scenes.done("of \"yesterday\"");
        try (Served page = Served.on(store)) {
            store.await("both are shown", () -> !Double.isNaN(page.metric("filehash_request_failed{request=\"1\"}")));
            Scrape scrape = new Scrape(page.get("/metrics"));
            assertEquals(16, scrape.value("filehash_request_jobs{request=\"1\",state=\"done\"}"));
            assertEquals(2, scrape.value("filehash_request_jobs{request=\"1\",state=\"running\"}"));
            assertEquals(1, scrape.value("filehash_request_jobs{request=\"1\",state=\"parked\"}"));
            assertEquals(1, scrape.value("filehash_request_state{request=\"1\",state=\"running\"}"));
            assertEquals(2, scrape.value("filehash_request_pods{request=\"1\"}"));
            assertEquals(16 * 1500 + 3 * 700 + 3, scrape.value("filehash_request_objects{request=\"1\"}"));
            assertEquals(26_100.0 * 640_000, scrape.value("filehash_request_bytes{request=\"1\"}"));
            assertEquals(3, scrape.value("filehash_request_failed{request=\"of \\\"yesterday\\\"\"}"));
            for (int i = 0; i < 120; i++) {
                store.request("many-" + i, 1);
            }
            Await.until("there are as many as there may be", Await.BOUND,
                    () -> page.get("/api/requests").contains("\"many-119\""));
            assertEquals(101, page.get("/metrics").lines()
                    .filter(line -> line.startsWith("filehash_request_pods{")).count());
        }
    }

    @Test
    void api_answersOnlyWhatThereIs() throws Exception {
        try (Served page = Served.on(store)) {
            for (String query : List.of("", "?", "?id=", "?id=1", "?id=%00", "?other=1")) {
                assertTrue(page.get("/api/request" + query).startsWith("404 {"), query);
            }
            assertTrue(page.get("/conf").startsWith("404 "));
            assertFalse((page.get("/api/requests") + page.get("/metrics") + page.get("/")).contains("SECRET"));
        }
    }
}
