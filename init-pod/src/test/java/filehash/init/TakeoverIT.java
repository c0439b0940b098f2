package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Log;
import filehash.init.tree.Failures;
import filehash.init.tree.Summary;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import filehash.program.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Jobs that another pod takes over, and jobs that stay with their pod. */
@Execution(ExecutionMode.CONCURRENT)
class TakeoverIT {
    /** A pod looks 30 s after its last look; a machine may be so slow that it stops sooner only at another try. */
    private static final Duration BEFORE_THE_LOOK = Duration.ofSeconds(25);
    /** Of a pod whose job another would take over if the machine stood still for 5 s. */
    private static final String[] LONG_LEASE = {"LEASE_SECONDS", "60"};

    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();
    private final FakeRows rows = new FakeRows();
    private final Gate gate = new Gate();

    @Test
    void lostPod_isReplacedByOneThatGoesOnAndCountsAsLost() throws Exception {
        try (Pod one = pod("pod-1").start(); Pod two = pod("pod-2").start()) {
            Pod loser = waitUntilOneWorks(one, two);
            String other = loser == one ? "pod-2" : "pod-1";
            loser.kill();
            long died = System.nanoTime();
            store.await("/wip/1/0/host", other);
            System.out.printf("the job of a killed pod runs elsewhere after %d ms, with leases of 5 s%n",
                    Duration.ofNanos(System.nanoTime() - died).toMillis());
            assertEquals("2", store.get("/wip/1/0/attempt"));
            assertEquals(Json.write(new Failures(0, 1, "its pod was lost")), store.get("/wip/1/0/failures"));
            gate.rows(1);
            store.awaitGone("/wip/1/0/failures");
            gate.end();
            assertDone(1, 1);
        }
    }

    @Test
    void signal_givesTheJobBackAtOnceAndCountsNothing() throws Exception {
        try (Pod one = pod("pod-1", LONG_LEASE).start(); Pod two = pod("pod-2", LONG_LEASE).start()) {
            Pod loser = waitUntilOneWorks(one, two);
            String other = loser == one ? "pod-2" : "pod-1";
            long signalled = System.nanoTime();
            loser.terminate();
            store.await("/wip/1/0/host", other);
            System.out.printf("the job of a terminated pod runs elsewhere after %d ms%n",
                    Duration.ofNanos(System.nanoTime() - signalled).toMillis());
            assertEquals(0, loser.exitCode());
            assertEquals("2", store.get("/wip/1/0/attempt"));
            assertFalse(store.has("/wip/1/0/failures"));
            gate.end();
            assertDone(1, 0);
        }
    }

    /** The other pod is idle, and has worked before. */
    private Pod waitUntilOneWorks(Pod one, Pod two) throws Exception {
        store.request("0", 2);
        store.await("both work", () -> store.has("/wip/0/0/host") && store.has("/wip/0/1/host"));
        gate.end();
        store.await("both are done", () -> store.has("/done/0/summary") && !one.directory().has(PodFile.CONF)
                && !two.directory().has(PodFile.CONF));
        gate.goOn();
        store.request("1", 1);
        store.await("one works", () -> works(one) || works(two));
        return works(one) ? one : two;
    }

    /** Without conf.json, the file may be of a job that is being swept. */
    private static boolean works(Pod pod) {
        return pod.directory().has(PodFile.CONF) && pod.directory().has(PodFile.PROGRESS);
    }

    @Test
    void container_startedAgainGoesOnWithItsClaim() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            gate.rows(1);
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            String conf = Files.readString(folder.resolve("pod-1/conf.json"));
            pod.killInit();
            gate.rows(2);
            pod.start();
            store.await("/wip/1/0/last_filename", "2");
            assertEquals("1", store.get("/wip/1/0/attempt"));
            assertEquals(conf, Files.readString(folder.resolve("pod-1/conf.json")));
            gate.end();
            assertDone(1, 2);
        }
    }

    @Test
    void container_startedAgainAfterItsJobWasTakenOverStopsItsSiblings() throws Exception {
        try (Pod first = pod("pod-1").start(); Pod second = pod("pod-2", LONG_LEASE)) {
            store.request("1", 1);
            store.await("it works", () -> first.directory().has(PodFile.PROGRESS));
            first.killInit();
            store.delete("/wip/1/0/host");
            second.start();
            store.await("/wip/1/0/host", "pod-2");
            first.start();
            store.await("swept",
                    () -> !first.directory().has(PodFile.CONF) && !first.directory().has(PodFile.PROGRESS));
            assertEquals("pod-2", store.get("/wip/1/0/host"));
            gate.end();
            assertDone(1, 0);
        }
    }

    @Test
    void container_startedAgainWithAStopGivesBackForTheReasonThatItFinds() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            pod.killInit();
            SharedDirectory directory = pod.directory();
            Conf conf = directory.read(PodFile.CONF).orElseThrow();
            directory.write(PodFile.CONF, conf.says(Conf.State.STOP));
            store.await("siblings stop", () -> directory.has(PodFile.HASH_STOP) && directory.has(PodFile.S3_STOP));
            directory.write(PodFile.HASH_STOP, new Stopped(conf.id(), Stopped.Fault.JOB, "no reason", 0));
            pod.start();
            store.await("/wip/1/0/attempt", "2");
            assertEquals(Json.write(new Failures(1, 0, "no reason")), store.get("/wip/1/0/failures"));
            gate.end();
            assertDone(1, 0);
        }
    }

    @Test
    void markers_ofAnotherAttemptAreIgnored() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            JobId id = pod.directory().read(PodFile.CONF).orElseThrow().id();
            JobId other = new JobId(id.run(), id.job(), id.attempt() + 1);
            pod.directory().write(PodFile.S3_FIN, new S3Fin(other, 0));
            pod.directory().write(PodFile.HASH_FIN, new HashFin(other, Tally.NONE, Instant.EPOCH, Instant.EPOCH));
            pod.directory().write(PodFile.HASH_STOP, new Stopped(other, Stopped.Fault.JOB, "no reason", 0));
            gate.rows(1);
            store.await("/wip/1/0/last_filename", "1");
            gate.end();
            assertDone(1, 1);
        }
    }

    @Test
    void sibling_thatDoesNotStopIsWaitedForAndNothingElseClaimed() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            pod.freezeSiblings();
            store.delete("/req/1/").request("2", 1);
            store.await("conf.json says stop",
                    () -> pod.directory().read(PodFile.CONF).orElseThrow().state() == Conf.State.STOP);
            store.await("/stats/outstanding", "1");
            assertFalse(store.has("/wip/2/0/host"));
            gate.end();
            pod.thawSiblings();
            store.await("done", () -> store.has("/done/2/summary"));
        }
    }

    /**
     * Otherwise it would last as long as the lease with which the pod works on its next job, and no pod would take the
     * job over.
     */
    @Test
    void host_ofAJobThatAUserTookFromItsPodGoesAlsoWhileThePodWorksOn() throws Exception {
        try (Pod pod = store.pod(folder, "pod-1", rows, gate).start()) {
            store.request("1", 1);
            store.await("/wip/1/0/host", "pod-1");
            store.put("/wip/1/0/attempt", "9");
            store.request("2", 1);
            store.await("it is gone, or its job taken over", () -> !store.has("/wip/1/0/host")
                    || "10".equals(store.get("/wip/1/0/attempt")));
            assertFalse(pod.died());
        }
    }

    @Test
    void cancelledRequest_isGivenUpAndClearedButWhatIsDoneStays() throws Exception {
        try (Pod first = pod("pod-1").start(); Pod second = pod("pod-2").start()) {
            AtomicInteger requests = new AtomicInteger();
            store.await("both stop before they read everything again", () -> {
                String id = "r" + requests.incrementAndGet();
                store.request(id, 3);
                store.await("both work",
                        () -> first.directory().has(PodFile.CONF) && second.directory().has(PodFile.CONF));
                store.put("/done/" + id + "/9/host", "stays");
                store.delete("/req/" + id + "/");
                long deleted = System.nanoTime();
                store.await("both stop",
                        () -> !first.directory().has(PodFile.CONF) && !second.directory().has(PodFile.CONF));
                boolean soon = System.nanoTime() - deleted < BEFORE_THE_LOOK.toNanos();
                store.await("cleared", () -> store.all().below("/wip/").isEmpty());
                return soon;
            });
            store.await("/stats/outstanding", "0");
            assertTrue(store.has("/done/r1/9/host"));
            assertFalse(first.died() || second.died());
        }
    }

    @Test
    void deletedJob_isGivenUpAndComesBackAboveEveryAttempt() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2);
            store.await("/wip/1/0/host", "pod-1");
            long attempt = store.all().revision();
            store.delete("/wip/1/0/");
            store.await("restored", () -> Long.parseLong(store.get("/wip/1/0/attempt")) > attempt);
            gate.end();
            assertDone(2, 0);
            assertFalse(pod.died());
        }
    }

    @Test
    void attempt_thatMySqlHoldsIsTheOneToBeginAbove() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            rows.hold(pod.directory().read(PodFile.CONF).orElseThrow().id(), 41);
            gate.rows(1);
            store.await("/wip/1/0/attempt", "42");
            gate.end();
            assertDone(1, 1);
            assertFalse(store.has("/wip/1/0/failures"));
        }
    }

    @Test
    void job_whoseCountsDifferIsNotDone() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            JobId id = pod.directory().read(PodFile.CONF).orElseThrow().id();
            pod.freezeSiblings();
            pod.directory().write(PodFile.S3_FIN, new S3Fin(id, 4));
            pod.directory().write(PodFile.HASH_FIN,
                    new HashFin(id, new Tally(2, 1, Map.of("GONE", 1L), 1), Instant.now(), Instant.now()));
            store.await("/wip/1/0/failures", Json.write(new Failures(1, 0,
                    "of the objects s3-fetch-tool2 listed 4, and file-hasher2 stored 3")));
            pod.thawSiblings();
            gate.end();
            assertDone(1, 0);
        }
    }

    @Test
    void reboot_sweepsAndLeavesTheClaimToItsLease() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            pod.kill();
        }
        Path conf = folder.resolve("pod-1/conf.json");
        Files.writeString(conf, Files.readString(conf).replaceAll("\"boot\":\"[^\"]*\"", "\"boot\":\"earlier\""));
        Path old = Files.writeString(folder.resolve("pod-1/files/old"), "lost its bytes");
        try (Pod pod = pod("pod-1").start()) {
            store.await("/wip/1/0/attempt", "2");
            assertFalse(Files.exists(old));
            gate.end();
            assertDone(1, 0);
            assertFalse(pod.died());
        }
    }

    @Test
    void job_thatStandsAsDoneAlreadyIsNotClaimed() throws Exception {
        try (Pod pod = pod("pod-1").start()) {
            store.request("1", 2).await("/wip/1/0/host", "pod-1");
            store.put("/done/1/1/host", "a user's hand");
            gate.end();
            store.await("the error is written",
                    () -> store.get("/req/1/error").endsWith(" or " + store.prefix() + "/done/1/1/"));
            assertEquals("1", store.get("/req/1/job"));
            store.delete("/done/1/1/host").delete("/req/1/error");
            store.await("done", () -> store.has("/done/1/summary"));
            assertEquals("pod-1", store.get("/done/1/1/host"));
            assertFalse(pod.died());
        }
    }

    /** The third attempt would be the last, had it not stored a row. */
    @Test
    void attempt_thatStoredARowAndThenGaveUpEndsTheCountOfFailures() throws Exception {
        AtomicBoolean paused = new AtomicBoolean();
        Pod.Work work = (conf, stored) -> {
            if (conf.id().attempt() == 3 && stored < 1) {
                return Pod.Work.Next.ROW;
            }
            if (conf.id().attempt() == 3 && paused.compareAndSet(false, true)) {
                return Pod.Work.Next.NOT_YET;
            }
            if (conf.id().attempt() < 5) {
                throw GiveUp.job("no reason");
            }
            return Pod.Work.Next.END;
        };
        try (Pod pod = store.pod(folder, "pod-1", rows, work, "MAX_ATTEMPTS", "3").start()) {
            store.request("1", 1);
            assertDone(1, 1);
            assertFalse(pod.died());
        }
    }

    /** Here it is the first attempt, whose rows were not reported yet when it gave up. */
    @Test
    void failures_endWithAStoredRowOnlyOnce() throws Exception {
        Set<Long> paused = ConcurrentHashMap.newKeySet();
        Pod.Work work = (conf, stored) -> {
            if (stored < 2) {
                return Pod.Work.Next.ROW;
            }
            if (paused.add(conf.id().attempt())) {
                return Pod.Work.Next.NOT_YET;
            }
            throw GiveUp.job("no reason");
        };
        try (Pod pod = store.pod(folder, "pod-1", rows, work, "MAX_ATTEMPTS", "3").start()) {
            store.request("1", 1);
            store.await("parked", () -> store.has("/wip/1/0/error"));
            assertEquals("4", store.get("/wip/1/0/attempt"));
            assertEquals(Json.write(new Failures(3, 0, "no reason")), store.get("/wip/1/0/error"));
            assertFalse(pod.died());
        }
    }

    @Test
    void failingJob_blocksNoOtherAndIsParked() throws Exception {
        Pod.Work work = (conf, stored) -> {
            if ("1".equals(conf.request())) {
                throw GiveUp.job("no reason");
            }
            return Pod.Work.Next.END;
        };
        store.request("1", 2).request("2", 3);
        try (Pod pod = store.pod(folder, "pod-1", rows, work, "MAX_ATTEMPTS", "3").start()) {
            store.await("parked", () -> store.has("/wip/1/0/error") && store.has("/wip/1/1/error"));
            assertTrue(store.has("/done/2/summary"));
            assertEquals(Json.write(new Failures(3, 0, "no reason")), store.get("/wip/1/1/error"));
            store.await("/stats/outstanding", "0");
            assertFalse(pod.died());
        }
    }

    /** A look finds three requests: the oldest with a new job, the others with an orphan each. */
    @Test
    void orphans_comeBeforeNewJobsAndThoseOfOlderRequestsFirst() throws Exception {
        store.put("/req/oldest/job", "1");
        try (Pod one = pod("gone-1", LONG_LEASE).start(); Pod two = pod("gone-2", LONG_LEASE)) {
            store.request("older", 1).await("/wip/older/0/host", "gone-1");
            two.start();
            store.request("old", 1).await("/wip/old/0/host", "gone-2");
            one.kill();
            two.kill();
        }
        store.delete("/wip/older/0/host").delete("/wip/old/0/host");
        store.put("/req/oldest/root", "photos").put("/req/oldest/method", "MD5");
        try (Pod first = pod("pod-1", LONG_LEASE).start(); Pod second = pod("pod-2", LONG_LEASE);
                Pod third = pod("pod-3")) {
            store.await("/wip/older/0/host", "pod-1");
            assertFalse(store.has("/wip/old/0/host") || store.has("/req/oldest/run"));
            second.start();
            store.await("/wip/old/0/host", "pod-2");
            assertFalse(store.has("/req/oldest/run"));
            third.start();
            store.await("/wip/oldest/0/host", "pod-3");
            gate.end();
            store.await("all are done", () -> store.has("/done/oldest/summary") && store.has("/done/older/summary")
                    && store.has("/done/old/summary"));
            assertFalse(first.died());
        }
    }

    /** The line comes after a minute, and not with each of the hundred looks in it. */
    @Test
    void sibling_thatDoesNotStopIsNamedInTheLogAndNotAtEachLook() throws Exception {
        try (Log log = Log.open(); Pod pod = pod("pod-1").start()) {
            store.request("1", 1);
            store.await("it works", () -> pod.directory().has(PodFile.PROGRESS));
            String run = store.get("/req/1/run");
            pod.freezeSiblings();
            store.delete("/req/1/");
            String waits = "still waits for [s3-fetch-tool2, file-hasher2] to stop";
            Await.until("it is logged", Await.BOUND, () -> log.lines(run, waits) > 0);
            long loggedAt = System.nanoTime();
            Await.until("it looks on", Await.BOUND,
                    () -> System.nanoTime() - loggedAt > Duration.ofSeconds(3).toNanos());
            assertEquals(1, log.lines(run, waits));
            pod.thawSiblings();
            store.await("swept", () -> !pod.directory().has(PodFile.CONF));
            assertFalse(pod.died());
        }
    }

    private Pod pod(String host, String... more) throws Exception {
        return store.pod(folder, host, rows, gate, more);
    }

    private void assertDone(int jobs, long files) throws Exception {
        store.await("done", () -> store.has("/done/1/summary"));
        Summary summary = Json.read(store.get("/done/1/summary"), Summary.class);
        assertEquals(jobs, summary.jobs());
        assertEquals(files, summary.tally().files());
        store.await("/stats/outstanding", "0");
        assertTrue(store.all().below("/wip/1/").isEmpty());
        History.check(store);
    }
}
