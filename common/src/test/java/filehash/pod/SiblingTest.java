package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.program.Health;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiblingTest {
    private static final Conf CONF = JsonTest.conf();

    @TempDir
    Path root;
    private final StopSignal signal = new StopSignal();
    private final AtomicInteger runs = new AtomicInteger();
    private SharedDirectory directory;
    private CompletableFuture<Void> serving;
    private Sibling.Work<PlanFin> planner;

    @BeforeEach
    void open() throws IOException {
        directory = new SharedDirectory(root, "boot");
    }

    @AfterEach
    void end() throws Exception {
        signal.request();
        serving.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void work_thatIsDoneLeavesTheFinAndIsNotDoneAgain() throws Exception {
        directory.write(PodFile.CONF, CONF);
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        await(() -> directory.has(PodFile.S3_FIN));
        directory.write(PodFile.CONF, CONF.says(Conf.State.STOP));
        await(() -> serving.isDone() || signal.requested() || idleFor(Duration.ofMillis(300)));
        assertEquals(Optional.of(new S3Fin(CONF.id(), 5)), directory.read(PodFile.S3_FIN));
        assertEquals(1, runs.get());
        assertFalse(directory.has(PodFile.S3_STOP));
    }

    @Test
    void work_ignoresAFinOfAnotherAttempt() throws Exception {
        JobId earlier = new JobId(CONF.id().run(), CONF.id().job(), CONF.id().attempt() - 1);
        directory.write(PodFile.S3_FIN, new S3Fin(earlier, 4));
        directory.write(PodFile.CONF, CONF);
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        await(() -> read(PodFile.S3_FIN).filter(fin -> fin.id().equals(CONF.id())).isPresent());
        assertEquals(1, runs.get());
    }

    @Test
    void stop_whileIdleIsAnsweredWithTheStopFile() throws Exception {
        directory.write(PodFile.CONF, CONF.says(Conf.State.STOP));
        serve(conf -> Optional.empty());
        await(() -> directory.has(PodFile.S3_STOP));
        assertEquals(new Stopped(CONF.id(), Stopped.Fault.NONE, "conf.json said stop", 0),
                directory.read(PodFile.S3_STOP).orElseThrow());
        assertEquals(0, runs.get());
    }

    @Test
    void answer_isNotGivenToAnOrderThatIsSweptWithItsAnswerMeanwhile() throws Exception {
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        for (int job = 0; job < 2000; job++) {
            directory.write(PodFile.CONF, CONF);
            for (boolean done = false; !done; done = directory.has(PodFile.S3_FIN)) {
                assertFalse(directory.has(PodFile.S3_STOP), "before job " + job);
            }
            directory.remove(PodFile.CONF);
            directory.remove(PodFile.S3_FIN);
        }
    }

    @Test
    void fullDisk_isWaitedForInPlaceAndIsNoStart() throws Exception {
        directory.write(PodFile.CONF, CONF);
        serve(conf -> {
            if (runs.get() < 4) {
                Files.write(Path.of("/dev/full"), new byte[1]);
            }
            return Optional.of(new S3Fin(conf.id(), 5));
        });
        await(() -> directory.has(PodFile.S3_FIN));
        assertEquals(4, runs.get());
        assertEquals(new Starts(CONF.id(), 1, ""), directory.read(Starts.file("s3-fetch-tool2")).orElseThrow());
    }

    @Test
    void giveUp_leavesItsReasonAndWhoseFaultItIs() throws Exception {
        directory.write(PodFile.CONF, CONF);
        serve(conf -> {
            throw GiveUp.conf("no bucket b");
        });
        await(() -> directory.has(PodFile.S3_STOP));
        assertEquals(new Stopped(CONF.id(), Stopped.Fault.CONF, "no bucket b", 0),
                directory.read(PodFile.S3_STOP).orElseThrow());
    }

    @Test
    void confJson_thatIsWrongIsAnsweredWithTheReason() throws Exception {
        directory.write(PodFile.CONF.as(Conf.Switch.class), new Conf.Switch(Conf.State.WORK, "boot", CONF.id()));
        serve(conf -> Optional.empty());
        await(() -> directory.has(PodFile.S3_STOP));
        Stopped stopped = directory.read(PodFile.S3_STOP).orElseThrow();
        assertEquals(Stopped.Fault.JOB, stopped.fault());
        assertTrue(stopped.why().contains("conf.json is not a Conf"), stopped.why());
    }

    @Test
    void starts_withoutProgressEndInGivingUp() throws Exception {
        directory.write(PodFile.CONF, CONF);
        for (int start = 1; start < 5; start++) {
            assertEquals(start, Starts.count(directory, "s3-fetch-tool2", CONF.id()).starts());
        }
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        await(() -> directory.has(PodFile.S3_STOP));
        assertEquals(0, runs.get());
        assertTrue(directory.read(PodFile.S3_STOP).orElseThrow().why().contains("started 5 times without progress"));
    }

    @Test
    void starts_areCountedFromZeroAfterProgressOrInAnotherAttempt() throws Exception {
        serving = CompletableFuture.completedFuture(null);
        JobId id = CONF.id();
        Starts.count(directory, "p", id);
        assertEquals(2, Starts.count(directory, "p", id).starts());
        directory.write(PodFile.PROGRESS, new Progress(id, "a", Tally.NONE, null, null));
        assertEquals(1, Starts.count(directory, "p", id).starts());
        assertEquals(1, Starts.count(directory, "p", new JobId(id.run(), id.job(), id.attempt() + 1)).starts());
    }

    /** Another sibling that is touched meanwhile shows that time passes. */
    @Test
    void signOfLife_comesWhileTheLoopTurnsAndNotWhileItHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        serve(conf -> {
            hangs.await();
            return Optional.empty();
        });
        SignOfLife sign = SignOfLife.of(directory, "s3-fetch-tool2");
        awaitChange(sign);
        directory.write(PodFile.CONF, CONF);
        await(() -> runs.get() == 1);
        FileTime last = sign.touched().orElseThrow();
        SharedDirectory others = new SharedDirectory(root.resolve("other"), "boot");
        Sibling<HashFin> other = new Sibling<>(others, "file-hasher2", PodFile.HASH_FIN, PodFile.HASH_STOP, 5, signal);
        Health health = Health.serve(0, () -> null);
        CompletableFuture<Void> end = CompletableFuture.runAsync(() -> {
            try {
                other.serve(health, conf -> Optional.empty());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 3; i++) {
            awaitChange(SignOfLife.of(others, "file-hasher2"));
        }
        assertEquals(last, sign.touched().orElseThrow());
        hangs.countDown();
        awaitChange(sign);
        signal.request();
        end.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private void awaitChange(SignOfLife sign) throws Exception {
        Optional<FileTime> before = sign.touched();
        await(() -> !touched(sign).equals(before));
    }

    private static Optional<FileTime> touched(SignOfLife sign) {
        try {
            return sign.touched();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void plan_isMadeByASiblingThatCanPlan() throws Exception {
        directory.write(PodFile.CONF, JsonTest.planConf());
        planner = conf -> Optional.of(JsonTest.plan(conf.id()));
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        await(() -> directory.has(PodFile.PLAN));
        directory.write(PodFile.CONF, JsonTest.planConf().says(Conf.State.STOP));
        await(() -> serving.isDone() || signal.requested() || idleFor(Duration.ofMillis(300)));
        assertEquals(Optional.of(JsonTest.plan(CONF.id())), directory.read(PodFile.PLAN));
        assertFalse(directory.has(PodFile.S3_STOP));
        assertFalse(directory.has(PodFile.S3_FIN));
        assertTrue(SignOfLife.of(directory, "s3-fetch-tool2").plans());
    }

    @Test
    void plan_thatIsRefusedLeavesTheStopFile() throws Exception {
        directory.write(PodFile.CONF, JsonTest.planConf());
        planner = conf -> {
            throw GiveUp.root("no root photos/");
        };
        serve(conf -> Optional.empty());
        await(() -> directory.has(PodFile.S3_STOP));
        assertEquals(new Stopped(CONF.id(), Stopped.Fault.ROOT, "no root photos/", 0),
                directory.read(PodFile.S3_STOP).orElseThrow());
    }

    @Test
    void plan_leavesASiblingIdleThatCannotPlanUntilTheOrderToStop() throws Exception {
        directory.write(PodFile.CONF, JsonTest.planConf());
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        SignOfLife sign = SignOfLife.of(directory, "s3-fetch-tool2");
        awaitChange(sign);
        awaitChange(sign);
        assertFalse(sign.plans());
        assertFalse(directory.has(PodFile.S3_STOP));
        directory.write(PodFile.CONF, JsonTest.planConf().says(Conf.State.STOP));
        await(() -> directory.has(PodFile.S3_STOP));
        assertEquals(0, runs.get());
    }

    /** A later init-pod may write it. */
    @Test
    void state_thatIsUnknownLeavesTheSiblingIdleUntilTheOrderToStop() throws Exception {
        directory.write(PodFile.CONF, CONF);
        String unknown = Files.readString(root.resolve("conf.json")).replace("\"work\"", "\"dream\"");
        Files.writeString(root.resolve("conf.json"), unknown);
        serve(conf -> Optional.of(new S3Fin(conf.id(), 5)));
        SignOfLife sign = SignOfLife.of(directory, "s3-fetch-tool2");
        awaitChange(sign);
        awaitChange(sign);
        assertFalse(directory.has(PodFile.S3_STOP) || directory.has(PodFile.S3_FIN));
        assertEquals(Conf.State.OTHER, directory.read(PodFile.CONF).orElseThrow().state());
        directory.write(PodFile.CONF, CONF.says(Conf.State.STOP));
        await(() -> directory.has(PodFile.S3_STOP));
        assertEquals(0, runs.get());
    }

    @Test
    void signOfLife_ofAProgramOfTheVersionBeforeIsOverwritten() throws Exception {
        SignOfLife sign = SignOfLife.of(directory, "s3-fetch-tool2");
        sign.touch(false);
        planner = conf -> Optional.empty();
        serve(conf -> Optional.empty());
        await(() -> plans(sign));
    }

    private static boolean plans(SignOfLife sign) {
        try {
            return sign.plans();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void podfin_endsIt() throws Exception {
        directory.write(PodFile.POD_FIN, "drained");
        serve(conf -> Optional.empty());
        serving.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        assertFalse(signal.requested());
    }

    private void serve(Sibling.Work<S3Fin> work) throws IOException {
        Health health = Health.serve(0, () -> null);
        Sibling<S3Fin> sibling = new Sibling<>(directory, "s3-fetch-tool2", PodFile.S3_FIN, PodFile.S3_STOP, 5, signal);
        sibling.planningBy(planner);
        serving = CompletableFuture.runAsync(() -> {
            try {
                sibling.serve(health, conf -> {
                    runs.incrementAndGet();
                    return work.run(conf);
                });
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private boolean idleFor(Duration time) {
        try {
            return !signal.await(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> Optional<T> read(PodFile<T> file) {
        try {
            return directory.read(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(BooleanSupplier condition) throws Exception {
        for (long end = System.nanoTime() + Await.BOUND.toNanos(); !condition.getAsBoolean();) {
            assertTrue(System.nanoTime() < end, "not in time");
            signal.await(Duration.ofMillis(1));
        }
    }
}
