package filehash.init;

import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Certificate;
import filehash.backends.EtcdServer;
import filehash.backends.Wire;
import filehash.init.claim.Outstanding;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Watches;
import filehash.init.search.News;
import filehash.init.tree.Tree;
import filehash.program.Health;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The watches of an idle pod, which reads etcd only when a watch wakes it. */
@Execution(ExecutionMode.CONCURRENT)
class WatchesIT {
    /** Longer than a token with a life of 1 s lasts. */
    private static final Duration TOKEN_LIFE = Duration.ofSeconds(3);

    private static final Duration BEAT = Duration.ofMillis(100);
    /** Of the requests, of the jobs in progress, and of the count. */
    private static final int WATCHES = 3;
    private static final String SIMPLE = "simple, --auth-token-ttl=1";
    private static final String JWT_OF_A_SECOND = "'jwt,pub-key=%1$s,priv-key=%2$s,sign-method=RS256,ttl=1s', ''";
    private static final String JWT_OF_TEN_MINUTES = "'jwt,pub-key=%1$s,priv-key=%2$s,sign-method=RS256,ttl=10m', ''";

    @TempDir
    Path folder;
    @AutoClose
    private Health health;
    private final StopSignal signal = new StopSignal();
    @AutoClose
    private Etcd etcd;
    private Tree tree;
    private Watches watches;
    private News news;

    @BeforeEach
    void open() throws IOException {
        health = Health.serve(0, () -> null);
    }

    /** If etcd is slow to answer, all watches begin again, so this is tried until no call and no watch was too late. */
    @Test
    void watch_ofAUsedIdReopensNoOther() throws Exception {
        try (EtcdServer server = EtcdServer.startOwn(); Store store = Store.create(server.endpoint())) {
            open(store);
            store.put("/done/1/run", "u").put("/done/2/run", "u");
            Await.value("how many watches begin for two ids", () -> openedForTwoIds(server), opened -> opened == 2);
            store.delete("/done/2/");
            awaitWakeUp();
            store.put("/req/3/root", "photos");
            awaitWakeUp();
        }
    }

    private long openedForTwoIds(EtcdServer server) throws IOException {
        news.watchDone(Set.of());
        Await.until("all are open", Await.BOUND, () -> { // on a slow machine it is quiet before, too
            watches.keepOpen();
            return opened(server) >= WATCHES;
        });
        awaitQuiet();
        long before = opened(server);
        for (String id : List.of("1", "2")) {
            news.watchDone(Set.of(id));
            awaitWakeUp();
            awaitQuiet();
        }
        return opened(server) - before;
    }

    /** etcd checks the token when a watch begins, and never again. */
    @ParameterizedTest
    @CsvSource({SIMPLE, JWT_OF_A_SECOND})
    void watch_reportsAPutAfterItsTokenHasExpired(String token, String more) throws Exception {
        try (EtcdServer server = guarded(token, more);
                Store store = Store.create(server.endpoint(), "ETCD_USER", "pods", "ETCD_PASSWORD", "PASS-OF-PODS");
                Wire wire = new Wire(server.address(), server.port())) {
            openUntilTheTokenHasExpired(store, wire);
            store.put("/req/1/root", "photos");
            assertTrue(watches.await(Await.BOUND, signal));
        }
    }

    /** The connection was cut, and the watch begins again with a token from before the change. */
    @ParameterizedTest
    @CsvSource({SIMPLE, JWT_OF_A_SECOND, JWT_OF_TEN_MINUTES})
    void watch_isOpenedAgainThoughUsersHaveChangedAndTheTokenHasExpired(String token, String more) throws Exception {
        try (EtcdServer server = guarded(token, more);
                Store store = Store.create(server.endpoint(), "ETCD_USER", "pods", "ETCD_PASSWORD", "PASS-OF-PODS");
                Wire wire = new Wire(server.address(), server.port())) {
            openUntilTheTokenHasExpired(store, wire);
            Await.until("a user is added", Await.BOUND, () -> { // on a busy machine root's own token may expire, too
                GuardedEtcdIT.asRoot(server, auth -> auth.userAdd(Bytes.of("new"), Bytes.of("PASS-OF-NEW"))
                        .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
                return true;
            });
            wire.cut();
            for (int i = 0; i < 3; i++) { // the end of a watch makes the pod read once, which may find the first key
                awaitQuiet();
                store.put("/req/" + i + "/root", "photos");
                awaitWakeUp();
            }
        }
    }

    private EtcdServer guarded(String token, String more) throws Exception {
        Certificate pair = Certificate.ofRsa(folder, "ip:127.0.0.1");
        List<String> flags = new ArrayList<>(List.of("--bcrypt-cost=4",
                "--auth-token=" + String.format(token, pair.certificate(), pair.key())));
        if (!more.isEmpty()) {
            flags.add(more);
        }
        return GuardedEtcdIT.guarded(EtcdServer.startProgram(flags.toArray(String[]::new)));
    }

    private void openUntilTheTokenHasExpired(Store store, Wire wire) throws Exception {
        open(store, "ETCD_ENDPOINTS", "http://127.0.0.1:" + wire.port());
        signal.await(TOKEN_LIFE);
        awaitQuiet();
    }

    private void open(Store store, String... more) throws IOException {
        etcd = Etcd.open(Settings.read(store.environment("pod-1", more), 0), Etcd.Line.DIRECT, signal);
        tree = store.tree();
        watches = new Watches(etcd);
        news = new News(tree, watches, new Outstanding(etcd, tree, health.metrics()), false);
    }

    private void awaitQuiet() {
        Await.until("all are open, and all is quiet", Await.BOUND, () -> {
            watches.keepOpen();
            return !looksWhenWoken(Duration.ofSeconds(1));
        });
    }

    private void awaitWakeUp() {
        Await.until("it wakes up", Await.BOUND, () -> {
            watches.keepOpen();
            return looksWhenWoken(BEAT);
        });
    }

    /** As a pod does: it reads only after it was woken, and then until etcd answers. */
    private boolean looksWhenWoken(Duration wait) throws InterruptedException {
        boolean woken = watches.await(wait, signal);
        if (woken) {
            Await.answer("the pod reads", () -> etcd.read(Range.folder(tree.conf())));
        }
        return woken;
    }

    private static long opened(EtcdServer server) throws IOException {
        return server.metrics().lines().filter(line -> line.startsWith("grpc_server_started_total{")
                && line.contains("\"Watch\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
