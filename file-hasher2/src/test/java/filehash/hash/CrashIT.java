package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hasher's process is killed, or frozen, before each of its steps. */
class CrashIT {
    private static final Duration BOUND = Await.BOUND;
    private static MySqlServer.Database database;

    @TempDir
    private Path root;
    private List<String> steps;

    @BeforeAll
    static void createDatabase() throws Exception {
        database = MySqlServer.shared().createDatabase("crash");
    }

    @BeforeEach
    void listSteps() throws Exception {
        CrashedJob job = new CrashedJob(root, database);
        steps = job.steps();
        job.verify(1, "undisturbed");
        assertTrue(steps.containsAll(List.of("lock job", "update job", "commit", "committed", "remove",
                "progress", "prove job", "finish job", "finished")), steps.toString());
    }

    @Test
    void hasher_killedBeforeAnyStepAndRestartedStoresEachRowOnce() throws Exception {
        for (int step = 0; step < steps.size(); step++) {
            CrashedJob job = killed(step);
            job.restarted().hash();
            job.verify(1, "killed before step " + step + " of " + steps);
        }
    }

    @Test
    void hasher_killedBeforeAnyStatementThatGoesAloneAndRestartedStoresEachRowOnce() throws Exception {
        try (Wire wire = new Wire(database.host(), database.port())) {
            wire.changeFirst(PacketIT::withoutMultiStatements);
            Conf.MySql mysql = HasherPod.mysql(database, wire.port(), PacketIT.PLAIN);
            List<String> alone = new CrashedJob(root, database, mysql).steps();
            int update = alone.indexOf("update job");
            List<String> statements = alone.subList(update, update + alone.subList(update, alone.size())
                    .indexOf("committed"));
            assertTrue(statements.containsAll(List.of("insert rows", "search batches", "insert batch",
                    "insert errors")), statements.toString());
            for (String statement : statements) {
                CrashedJob job = killed(update + statements.indexOf(statement), mysql);
                job.restarted().hash();
                job.verify(1, "killed before " + statement);
            }
        }
    }

    @Test
    void hasher_killedBeforeAnyStepAndTakenOverStoresEachRowOnce() throws Exception {
        for (int step = 0; step < steps.size(); step++) {
            CrashedJob job = killed(step);
            String comeBack = step % 2 == 0 ? "progress" : "prove job"; // the latter holds the row's lock
            AtomicReference<CompletableFuture<Void>> first = new AtomicReference<>();
            job.takeOver(next -> {
                if (next.equals(comeBack) && first.get() == null) {
                    first.set(job.firstComesBack());
                }
            });
            HasherPod.result(first.get());
            job.verify(2, "killed before step " + step + " of " + steps + ", back at " + comeBack);
        }
    }

    @Test
    void hasher_frozenUntilAnotherHasTakenOverStoresNothingMore() throws Exception {
        int update = steps.indexOf("update job");
        int commit = update + steps.subList(update, steps.size()).indexOf("commit"); // the server must end it first
        for (int step : List.of(update, commit, commit + 1, commit + 2)) {
            CrashedJob job = new CrashedJob(root, database);
            Process process = HasherProcess.start(job.firstRoot(), "freeze", step);
            try {
                Await.until("it is frozen before " + steps.get(step), BOUND, () -> HasherProcess.isFrozen(process));
                job.takeOver(next -> {});
                HasherProcess.thaw(process);
                SharedDirectory directory = job.first.directory;
                Await.until("it stops", BOUND, () -> directory.has(PodFile.HASH_STOP));
                Optional<Stopped> stopped = directory.read(PodFile.HASH_STOP);
                assertEquals(2, stopped.orElseThrow().held(), "frozen before " + steps.get(step));
            } finally {
                process.destroyForcibly();
            }
            job.verify(2, "frozen before " + steps.get(step));
        }
    }

    private CrashedJob killed(int step) throws Exception {
        return killed(step, HasherPod.mysql(database, database.port(), null));
    }

    private CrashedJob killed(int step, Conf.MySql mysql) throws Exception {
        CrashedJob job = new CrashedJob(root, database, mysql);
        Process process = HasherProcess.start(job.firstRoot(), "halt", step);
        assertEquals(HasherProcess.KILLED, HasherProcess.exitCode(process), "before step " + step);
        return job;
    }
}
