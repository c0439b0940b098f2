package filehash.deaths;

import filehash.backends.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * A scenario for each protection of the protocol: it brings about, as widely as real processes allow, the moment for
 * which the protection is there.
 */
final class ProtocolScenarios {
    private static final Duration SOON = Await.BOUND;

    private ProtocolScenarios() {
    }

    /**
     * The fence: a batch of the first attempt is on its way to MySQL when its pod stands still; it arrives when
     * another attempt has stored the same names.
     */
    static void batchComesAfterTheTakeover(World world) throws Exception {
        world.ask("1", 400, 1, "SHA256");
        world.s3.pace(40);
        WiredPod slow = world.start("slow");
        world.awaitStored(30);
        holdOutsideOfTransactions(world, slow);
        slow.freeze();
        long before = world.sql.stored();
        world.start("heir");
        world.await("the heir has stored more", () -> world.sql.stored() > before + 40);
        slow.mysql.pass();
        String written = slow.read("progress.json");
        slow.thaw(WiredPod.HASH);
        // its init-pod does not know yet; without a fence the hasher would report the batch as stored
        Await.until("its hasher has sent the batch", SOON,
                () -> slow.has("hashstop") || !slow.read("progress.json").equals(written));
        slow.thaw();
        world.s3.pace(0);
    }

    /**
     * The compare-and-set, and the lock it waits for: the connection dies, the hasher comes by another one, and only
     * then the packet with COMMIT reaches the server. The packet holds the whole batch, or what follows its rows.
     */
    static void commitComesLate(World world) throws Exception {
        world.ask("1", 700, 2, "SHA256");
        world.s3.pace(60);
        WiredPod pod = world.start("a");
        for (int i = 0; i < 5; i++) {
            world.awaitStored(world.pulse.stored() + 10);
            Runnable late = holdCommit(pod);
            long before = world.sql.stored();
            pod.mysql.cutClients();
            Await.until("the next session has stored the batch, or waits for the lock", SOON,
                    () -> world.sql.stored() > before || world.sql.transactions("trx_state = 'LOCK WAIT'") > 0);
            late.run();
        }
        world.s3.pace(0);
    }

    /** The compare-and-set: whether a transaction came through is not known. */
    static void answersOfMySqlAreLost(World world) throws Exception {
        world.ask("1", 700, 2, "SHA256");
        world.s3.pace(60);
        WiredPod pod = world.start("a");
        for (int i = 0; i < 16; i++) {
            world.awaitStored(world.pulse.stored() + 5);
            Pause.upTo(world.random, Duration.ofMillis(50));
            pod.mysql.holdAnswers();
            Pause.of(Duration.ofMillis(200));
            pod.mysql.cut();
            pod.mysql.pass();
        }
        world.s3.pace(0);
    }

    /** The two looks: a large directory is read in several calls, and between them files are added. */
    static void filesComeWhileTheDirectoryIsRead(World world) throws Exception {
        world.expectNoFailures();
        List<String> names = IntStream.range(0, 4000)
                .mapToObj(i -> String.format("%02x%04d", i * 256 / 4000, i) + "\u00e4".repeat(40)).toList();
        world.ask("1", names, 2, "MD5");
        WiredPod pod = world.prepare(world.plan("a").with("FILES_LIMIT", 500).with("FILES_BYTES", 1 << 24)
                .runBy(WiredPod.HASH, slowCalls("getdents64:delay_exit=10000")));
        pod.mysql.delay(Duration.ofMillis(50));
        pod.start();
    }

    /** s3fin before the listing: no entry that is published in between may be missed. */
    static void lastObjectComesWhileTheHasherLooks(World world) throws Exception {
        world.expectNoFailures();
        world.ask("1", 100, 50, "MD5");
        PodPlan plan = world.plan("a");
        world.start(plan.runBy(WiredPod.HASH, slowCalls("%file:delay_enter=30000", plan.directory().resolve("s3fin"))));
    }

    /** Publishing in order: a small object waits for a slow one before it. */
    static void objectsComeInAnotherOrder(World world) throws Exception {
        world.expectNoFailures();
        world.ask("1", 300, 2, "SHA256");
        world.s3.delay(key -> Duration.ofMillis(key.hashCode() % 3 == 0 ? 300 : 0));
        world.start("a");
    }

    /** The identity in all files: fins of one job lie there while the next is worked on. */
    static void finsOfAnotherJobLieThere(World world) throws Exception {
        world.expectNoFailures();
        world.ask("1", 200, 2, "SHA256");
        WiredPod pod = world.start("a");
        world.await("it works", pod::saysWork);
        pod.freeze(WiredPod.INIT);
        world.await("the first job is stored", () -> pod.has("s3fin") && pod.has("hashfin"));
        Map<String, String> fins = new TreeMap<>(Map.of("s3fin", pod.read("s3fin"), "hashfin", pod.read("hashfin")));
        String identity = fins.get("s3fin").replaceFirst(",\"listed\":\\d+", "").replaceFirst("}$", "");
        for (String stop : List.of("s3stop", "hashstop")) {
            fins.put(stop, identity + ",\"fault\":\"job\",\"why\":\"of another job\",\"held\":0}");
        }
        world.s3.pace(20);
        String first = pod.read("conf.json");
        pod.thaw(WiredPod.INIT);
        world.await("it works on the second", () -> pod.saysWork() && !pod.read("conf.json").equals(first));
        world.await("something of it is stored", () -> pod.read("progress.json").matches("(?s).*\"files\":[1-9].*"));
        for (Map.Entry<String, String> fin : fins.entrySet()) {
            Path fresh = Files.writeString(pod.directory.resolve(fin.getKey() + ".planted"), fin.getValue());
            Files.move(fresh, pod.directory.resolve(fin.getKey()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** The stop before conf.json is removed: while one of the two stands still, nothing is swept or begun. */
    static void fetcherStandsStillWhenItIsToStop(World world) throws Exception {
        world.s3.pace(20);
        SubmittedRequest request = world.ask("1", 300, 1, "SHA256");
        WiredPod pod = world.start("a");
        world.awaitStored(20);
        pod.freeze(WiredPod.FETCH);
        world.cancel(request);
        world.ask("2", 60, 2, "SHA256");
        world.await("the hasher has stopped", () -> pod.has("hashstop") || !pod.has("conf.json"));
        long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        while (System.nanoTime() < end) {
            if (!pod.read("conf.json").contains("\"state\":\"stop\"")) {
                throw new AssertionError("s3-fetch-tool2 has not stopped, and conf.json is gone or says work");
            }
            if (!world.etcd.below("/wip/2/").isEmpty()) {
                throw new AssertionError("s3-fetch-tool2 has not stopped, and the next job is claimed");
            }
            Pause.of(Duration.ofMillis(5));
        }
        pod.thaw(WiredPod.FETCH);
        world.s3.pace(0);
    }

    /** A user deletes what init-pod has written: the job comes back, above all earlier attempts. */
    static void userDeletesTheClaim(World world) throws Exception {
        world.ask("1", 400, 2, "SHA256");
        world.s3.pace(40);
        world.start("a");
        world.start("b");
        for (int i = 0; i < 3; i++) {
            world.awaitStored(world.pulse.stored() + 40);
            world.etcd.delete("/wip/1/" + i % 2 + "/");
        }
        world.s3.pace(0);
    }

    static void userCancels(World world) throws Exception {
        world.s3.pace(40);
        SubmittedRequest request = world.ask("1", 400, 4, "SHA256");
        world.ask("10", 60, 2, "SHA256");
        world.start("a");
        world.start("b");
        world.awaitStored(40);
        world.cancel(request);
    }

    static void userCancelsByKey(World world) throws Exception {
        world.s3.pace(40);
        SubmittedRequest request = world.ask("1", 400, 4, "SHA256");
        world.ask("10", 60, 2, "SHA256");
        WiredPod pod = world.start("a");
        world.start("b");
        world.awaitStored(40);
        world.lose(request);
        world.etcd.put("/req/1/cancel", "");
        pod.container(WiredPod.INIT).kill();
        world.await("it is cancelled", () -> world.etcd.get("/done/1/summary").contains("\"cancelled\""));
        world.s3.pace(0);
    }

    /** A user pauses a request and resumes it, while containers die. */
    static void userPauses(World world) throws Exception {
        world.ask("1", 700, 4, "SHA256");
        world.s3.pace(40);
        List<WiredPod> pods = List.of(world.start("a"), world.start("b"));
        for (int i = 0; i < 6; i++) {
            world.awaitStored(world.pulse.stored() + 40);
            world.etcd.put("/req/1/paused", "");
            if (i % 2 == 0) {
                pods.get(world.random.nextInt(pods.size())).container(WiredPod.PROGRAMS.get(i / 2)).kill();
            }
            world.await("no pod has a job of it", () -> world.etcd.below("/wip/1/").keySet().stream()
                    .noneMatch(key -> key.endsWith("/host")));
            world.etcd.delete("/req/1/paused");
        }
        world.s3.pace(0);
    }

    /** Holds its batch before the first statement has reached MySQL, so that nothing there is locked. */
    private static void holdOutsideOfTransactions(World world, WiredPod pod) {
        Await.until("a batch is held before it has begun", SOON, () -> {
            pod.mysql.holdRequests();
            Await.until("a statement is held", SOON, () -> pod.mysql.held() > 0);
            if (world.sql.transactions("TRUE") == 0) {
                return true;
            }
            pod.mysql.pass();
            return false;
        });
    }

    /** @return lets the packet with a batch's COMMIT pass; meanwhile all others do */
    private static Runnable holdCommit(WiredPod pod) {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch passes = new CountDownLatch(1);
        pod.mysql.changeRequests(bytes -> {
            if (held.getCount() > 0 && new String(bytes, StandardCharsets.ISO_8859_1).contains("; COMMIT")) {
                held.countDown();
                Await.until("it may pass", Await.BOUND, () -> passes.getCount() == 0);
            }
            return bytes;
        });
        Await.until("COMMIT is held", SOON, () -> held.getCount() == 0);
        return passes::countDown;
    }

    /** A program whose calls of the system take longer, by strace's injection; with paths, only those on them. */
    private static String[] slowCalls(String injection, Path... paths) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/strace", "-D", "-f", "--seccomp-bpf", "-qq",
                "-o", "/dev/null", "-e", "trace=" + injection.replaceFirst(":.*", ""), "-e", "inject=" + injection));
        for (Path path : paths) {
            command.addAll(List.of("-P", path.toAbsolutePath().toString()));
        }
        if (!Files.isExecutable(Path.of(command.get(0)))) {
            throw new IOException("no /usr/bin/strace: apt-get install strace");
        }
        return command.toArray(new String[0]);
    }
}
