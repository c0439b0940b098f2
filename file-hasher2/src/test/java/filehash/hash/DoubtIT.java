package filehash.hash;

import static filehash.hash.HasherPod.beforeCommit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits whose outcome the hasher cannot know: the connection dies after COMMIT was sent. */
class DoubtIT {
    private static final Duration BOUND = Await.BOUND;

    @TempDir
    private Path root;
    private MySqlServer.Database database;
    @AutoClose
    private Wire wire;
    private CrashedJob job;

    @BeforeEach
    void wire() throws Exception {
        database = MySqlServer.shared().createDatabase("doubt");
        wire = new Wire(database.host(), database.port());
        job = new CrashedJob(root, database, HasherPod.mysql(database, wire.port(), null));
    }

    @Test
    void commit_thatComesThroughLateIsNotStoredTwice() throws Exception {
        CompletableFuture<Optional<HashFin>> hashing = job.restarted().hashing(beforeCommit(once(wire::holdRequests)));
        Runnable late = wire.cutOnceHeld();
        Await.until("the next try waits for the lock", BOUND, () -> isRunning("UPDATE FileHashJob SET LastFileName"));
        late.run();
        HasherPod.result(hashing).orElseThrow();
        job.verify(1, "after the late commit");
    }

    @Test
    void commit_thatComesThroughAfterARestartIsNotStoredTwice() throws Exception {
        Runnable late = dieAfterCommitWasSent();
        CompletableFuture<Optional<HashFin>> restarted = job.restarted().hashing(step -> {});
        Await.until("it waits for the lock", BOUND, () -> isRunning("INSERT INTO FileHashJob"));
        late.run();
        HasherPod.result(restarted).orElseThrow();
        job.verify(1, "after the late commit");
    }

    @Test
    void commit_thatComesThroughAfterATakeoverIsNotStoredTwice() throws Exception {
        Runnable late = dieAfterCommitWasSent();
        CompletableFuture<Void> other = HasherPod.background("other", () -> {
            job.takeOver(step -> {});
            return null;
        });
        Await.until("it waits for the lock", BOUND, () -> isRunning("INSERT INTO FileHashJob"));
        late.run();
        HasherPod.result(other);
        job.verify(2, "after the late commit");
        HasherPod.result(job.firstComesBack());
    }

    @Test
    void commit_whoseAnswerIsLostIsNotStoredTwice() throws Exception {
        long before = rows();
        CompletableFuture<Optional<HashFin>> hashing = job.restarted().hashing(beforeCommit(once(wire::holdAnswers)));
        Await.until("the rows are committed", BOUND, () -> rows() > before);
        wire.cut();
        wire.pass();
        HasherPod.result(hashing).orElseThrow();
        job.verify(1, "after the lost answer");
    }

    @Test
    void commit_thatNeverArrivesIsRepeated() throws Exception {
        job.restarted().hash(beforeCommit(once(wire::cut))).orElseThrow();
        job.verify(1, "after the lost commit");
    }

    /** The connection is cut after each number of bytes of the requests: in the middle of each statement once. */
    @Test
    void connection_cutAnywhereLosesNothing() throws Exception {
        for (int bytes = 200; bytes < 6_000; bytes += 400) {
            CrashedJob next = new CrashedJob(root, database, HasherPod.mysql(database, wire.port(), null));
            wire.cutAfterRequests(bytes);
            next.restarted().hash();
            next.verify(1, "cut after " + bytes + " bytes");
        }
    }

    @Test
    void row_thatHasMovedEndsTheAttempt() throws Exception {
        HasherPod pod = job.restarted();
        Runnable rollBack = once(this::rollBack);
        GiveUp e = assertThrows(GiveUp.class, () -> pod.hash(step -> {
            if (step.equals("update job")) {
                rollBack.run();
            }
        }));
        assertTrue(e.getMessage().startsWith("FileHashJob moved: it has 0 objects up to '', and had"), e.getMessage());
    }

    private void rollBack() {
        try { // the state of a replica that was behind when it took over
            Sql.run(database, "UPDATE FileHashJob SET Files = 0, LastFileName = ''");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Runnable once(Runnable work) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                work.run();
            }
        };
    }

    private Runnable dieAfterCommitWasSent() throws Exception {
        HasherPod pod = job.restarted();
        CompletableFuture<Optional<HashFin>> hashing = pod.hashing(beforeCommit(() -> {
            wire.holdRequests();
            pod.signal.request();
        }));
        Runnable late = wire.cutOnceHeld();
        assertEquals(Optional.empty(), HasherPod.result(hashing));
        return late;
    }

    private boolean isRunning(String statement) throws Exception {
        return !Sql.query(database, "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '" + statement
                + "%'").isEmpty();
    }

    private long rows() throws Exception {
        return Long.parseLong(Sql.query(database, "SELECT COUNT(*) FROM FileHash").get(0));
    }
}
