package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.pod.Await;
import filehash.pod.EtcdServer;
import filehash.pod.HashFin;
import filehash.pod.Health;
import filehash.pod.Json;
import filehash.pod.Stop;
import filehash.pod.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a job costs etcd, by etcd's own count. */
@Isolated
class NumbersIT {
    /** On average a job takes so long for each claimer that there is: some 50 jobs end in a second, in any crowd. */
    private static final int MILLIS_PER_CLAIMER = 20;

    @Test
    void requests_perJobDoNotGrowWithJobsAndHardlyWithClaimers() throws Exception {
        double few = requestsPerJob(10, 100);
        double many = requestsPerJob(10, 1000);
        double crowd = requestsPerJob(200, 1000);
        System.out.printf("etcd requests per job: %.1f (10 claimers, 100 jobs), %.1f (10, 1000), %.1f (200, 1000)%n",
                few, many, crowd);
        assertTrue(many < few + 1, many + " after " + few);
        assertTrue(crowd < many + 3, crowd + " after " + many);
    }

    private static double requestsPerJob(int claimers, int jobs) throws Exception {
        Set<String> claimed = ConcurrentHashMap.newKeySet();
        AtomicInteger finished = new AtomicInteger();
        Stop signal = new Stop();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (EtcdServer server = EtcdServer.startOwn(); Store store = Store.create(server.endpoint())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < claimers; i++) {
                String host = "pod-" + i;
                int millis = MILLIS_PER_CLAIMER * claimers;
                all.add(CompletableFuture.runAsync(() -> work(store, host, millis, signal, claimed, finished),
                        threads));
            }
            store.await("/stats/outstanding", "0");
            store.await("all wait", () -> requests(server, "Watch") >= 4L * claimers);
            long before = requests(server, "");
            store.request("1", jobs);
            Await.until("all is done", Duration.ofMinutes(3), () -> finished.get() == jobs);
            long sent = requests(server, "") - before;
            store.await("/stats/outstanding", "0");
            signal.request();
            all.forEach(CompletableFuture::join);
            assertEquals(jobs, claimed.size());
            assertEquals(jobs, Json.read(store.get("/done/1/summary"), Finish.Summary.class).tally().files());
            History.check(store);
            return (double) sent / jobs;
        } finally {
            signal.request();
            threads.shutdown();
        }
    }

    /** init-pod without the files. */
    private static void work(Store store, String host, int millis, Stop signal, Set<String> claimed,
            AtomicInteger finished) {
        try (Health health = Health.serve(0, () -> null)) {
            Etcd etcd = store.etcd();
            Lease lease = etcd.lease(Duration.ofSeconds(60));
            Outstanding outstanding = new Outstanding(etcd, store.tree());
            Search search = new Search(etcd, store.tree(), new Claims(etcd, store.tree(), lease, host, 5), outstanding,
                    new Readiness(all -> new ConfSource.Places(null, null)), false, health, signal);
            Finish finish = new Finish(etcd, store.tree(), outstanding);
            JobRun run = new JobRun(search, null, null, lease, finish, etcd.trouble(), 5, signal);
            Optional<Claim> claim = search.claim();
            while (claim.isPresent()) {
                Claim mine = claim.get();
                assertTrue(claimed.add(mine.id().run() + mine.id().job()), mine + " was claimed twice");
                signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(2 * millis)));
                HashFin fin = new HashFin(mine.id(), new Tally(1, 0, Map.of(), 1), Instant.now(), Instant.now());
                run.settled(() -> finish.enter(mine, fin));
                finished.incrementAndGet();
                claim = search.claim();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A watch is one, and what comes on it costs none. */
    private static long requests(EtcdServer server, String method) throws IOException {
        return server.metrics().lines().filter(line -> line.startsWith("grpc_server_started_total{")
                && line.contains("grpc_method=\"" + method)).mapToLong(line ->
                (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
