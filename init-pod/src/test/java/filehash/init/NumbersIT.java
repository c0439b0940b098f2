package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.claim.Claim;
import filehash.init.claim.Claims;
import filehash.init.claim.Finish;
import filehash.init.claim.Outstanding;
import filehash.init.claim.Plans;
import filehash.init.claim.Task;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.search.Living;
import filehash.init.search.Readiness;
import filehash.init.search.Search;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Summary;
import filehash.init.webhook.Webhooks;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.program.Health;
import filehash.program.Json;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What a job costs etcd, by etcd's own count. The times of claims are printed only: they depend on the machine. */
@Isolated
class NumbersIT {
    private static final int CLAIMS = 21;
    private static final int TAKEOVERS = 3;
    private static final Conf.S3 S3 = new Conf.S3("b", null, "us-east-1", null, null, null);

    /** The average time of a job, for each claimer: some 20 jobs end in a second, however many claimers there are. */
    private static final int MILLIS_PER_CLAIMER = 50;

    @Test
    void requests_perJobDoNotGrowWithJobsAndHardlyWithClaimers() throws Exception {
        double few = requestsPerJob(10, 100, 0);
        double many = requestsPerJob(10, 400, 0);
        double crowd = requestsPerJob(100, 400, 0);
        System.out.printf("etcd requests per job: %.1f (10 claimers, 100 jobs), %.1f (10, 400), %.1f (100, 400)%n",
                few, many, crowd);
        assertTrue(many < few + 2, many + " after " + few);
        // if each job woke all claimers, it would cost a request of each; on a slow machine some do look
        assertTrue(crowd < many + 100 / 2, crowd + " after " + many);
    }

    /** Counts from when all are claimed. If each end of a job woke all others, each would cost a hundred requests. */
    @Test
    void requests_perJobThatEndsDoNotGrowWithIdlePods() throws Exception {
        double alone = requestsPerJob(50, 50, 50);
        double ends = requestsPerJob(150, 50, 50);
        System.out.printf("etcd requests per job that ends: %.1f, with 100 idle pods: %.1f%n", alone, ends);
        assertTrue(ends < alone + 100 / 2, ends + " after " + alone);
    }

    @Test
    void times_ofClaimsAndTakeovers(@TempDir Path folder) throws Exception {
        Gate gate = new Gate();
        try (Store store = Store.create()) {
            List<Long> claims = new ArrayList<>();
            try (Pod pod = store.pod(folder, "claimer", new FakeRows(), gate).start()) {
                store.await("/stats/outstanding", "0");
                for (int i = 0; i < CLAIMS; i++) {
                    claims.add(millisToClaim(store, pod, "claim-" + i));
                    gate.end();
                    store.await("it is idle", () -> !pod.directory().has(PodFile.CONF));
                    gate.goOn();
                }
            }
            List<Long> kills = new ArrayList<>();
            List<Long> ends = new ArrayList<>();
            for (int i = 0; i < TAKEOVERS; i++) {
                kills.add(millisToTakeOver(store, folder.resolve("kill-" + i), "kill-" + i, Pod::kill));
                ends.add(millisToTakeOver(store, folder.resolve("end-" + i), "end-" + i, Pod::terminate));
            }
            System.out.printf("ms from the last key to conf.json: median %d of %s; from a pod's death to its next "
                    + "pod, with leases of 5 s: %s; from SIGTERM to that: %s%n",
                    claims.stream().sorted().toList().get(CLAIMS / 2), claims, kills, ends);
        }
    }

    private static long millisToClaim(Store store, Pod idle, String id) {
        store.put("/req/" + id + "/root", "photos").put("/req/" + id + "/job", "1");
        long begun = System.nanoTime();
        store.put("/req/" + id + "/method", "MD5");
        return millisUntil(begun, () -> idle.directory().has(PodFile.CONF));
    }

    private interface Fate {
        void strikes(Pod pod) throws Exception;
    }

    /** The time from the fate of a pod until an idle one has its job. */
    private static long millisToTakeOver(Store store, Path folder, String id, Fate fate) throws Exception {
        String host = "/wip/" + id + "/0/host";
        Gate gate = new Gate();
        try (Pod first = store.pod(folder, id + "-first", new FakeRows(), new Gate()).start();
                Pod heir = store.pod(folder, id + "-heir", new FakeRows(), gate)) {
            store.request(id, 1).await(host, id + "-first");
            gate.end();
            heir.start();
            store.request(id + "-before", 1).await("/done/" + id + "-before/0/host", id + "-heir");
            gate.goOn();
            long begun = System.nanoTime();
            fate.strikes(first);
            long millis = millisUntil(begun, () -> (id + "-heir").equals(store.get(host)));
            gate.end();
            store.await("done", () -> store.has("/done/" + id + "/summary"));
            return millis;
        }
    }

    private static long millisUntil(long begun, Callable<Boolean> condition) {
        Await.until("it is so", Await.BOUND, condition);
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    /** @param since how many jobs are claimed when the count begins */
    private static double requestsPerJob(int claimers, int jobs, int since) throws Exception {
        Set<String> claimed = ConcurrentHashMap.newKeySet();
        AtomicInteger finished = new AtomicInteger();
        StopSignal signal = new StopSignal();
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
            if (since > 0) {
                store.await("so many are claimed", () -> claimed.size() == since);
                before = requests(server, "");
            }
            Await.until("all is done", Duration.ofMinutes(20), () -> finished.get() == jobs);
            long sent = requests(server, "") - before;
            store.await("/stats/outstanding", "0");
            signal.request();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
            assertEquals(jobs, claimed.size());
            assertEquals(jobs, Json.read(store.get("/done/1/summary"), Summary.class).tally().files());
            History.check(store);
            return (double) sent / jobs;
        } finally {
            signal.request();
            threads.shutdown();
        }
    }

    /** init-pod without the files. */
    private static void work(Store store, String host, int millis, StopSignal signal, Set<String> claimed,
            AtomicInteger finished) {
        try (Health health = Health.serve(0, () -> null)) {
            Etcd etcd = store.etcd();
            Lease lease = new Lease(etcd, Duration.ofSeconds(60));
            Outstanding outstanding = new Outstanding(etcd, store.tree(), health.metrics());
            Claims claims = new Claims(etcd, store.tree(), lease, host, 5, outstanding);
            Plans plans = new Plans(etcd, store.tree(), lease, host, 5, null, () -> false);
            Webhooks webhooks = store.webhooks(System::nanoTime, health.metrics());
            Search search = new Search(etcd, store.tree(), claims, plans, outstanding,
                    new Readiness(all -> new ConfSource.Places(S3, null), 5),
                    new Living(null, System::nanoTime, Clock.systemUTC()), webhooks,
                    store.limits(lease, etcd.trouble()), false, health, signal);
            Finish finish = new Finish(etcd, store.tree(), outstanding, webhooks, health.metrics());
            LeasedRetry patience = new LeasedRetry(lease, search, signal);
            Optional<Task> task = search.next();
            while (task.isPresent()) {
                Claim mine = (Claim) task.get();
                assertTrue(claimed.add(mine.id().run() + mine.id().job()), mine + " was claimed twice");
                signal.await(Duration.ofMillis(ThreadLocalRandom.current().nextInt(2 * millis)));
                HashFin fin = new HashFin(mine.id(), new Tally(1, 0, Map.of(), 1), Instant.now(), Instant.now());
                patience.settled(etcd.trouble(), () -> finish.enter(mine, fin));
                finished.incrementAndGet();
                task = search.next();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A watch is one request, and its events cost none. */
    private static long requests(EtcdServer server, String method) throws IOException {
        return server.metrics().lines().filter(line -> line.startsWith("grpc_server_started_total{")
                && line.contains("grpc_method=\"" + method))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
