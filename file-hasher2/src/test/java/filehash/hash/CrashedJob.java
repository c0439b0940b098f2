package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.backends.MySqlServer;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A job with its first object stored, and the others in files/ of its first attempt's pod. */
public final class CrashedJob {
    public final HasherPod first;
    private final MySqlServer.Database database;
    private final Path root;
    private final Conf.MySql mysql;
    private final String run = UUID.randomUUID().toString();
    private final List<String> names = List.of(run + "/a", run + "/b", run + "/c failed", run + "/d é");

    public CrashedJob(Path root, MySqlServer.Database database, Conf.MySql mysql) throws Exception {
        this.database = database;
        this.root = root;
        this.mysql = mysql;
        this.first = pod(1);
        first.put(names.get(0), names.get(0));
        List<String> steps = new ArrayList<>();
        first.hash(step -> {
            steps.add(step);
            if (steps.stream().filter("progress"::equals).count() == 2) {
                first.signal.request();
            }
        });
        lay(first);
    }

    public CrashedJob(Path root, MySqlServer.Database database) throws Exception {
        this(root, database, HasherPod.mysql(database, database.port(), null));
    }

    public Path firstRoot() {
        return root.resolve(run + "-1");
    }

    /** The same pod after a restart of its container. */
    public HasherPod restarted() throws Exception {
        return pod(1);
    }

    /** The hasher's next steps in the first attempt. */
    public List<String> steps() throws Exception {
        List<String> steps = new ArrayList<>();
        restarted().hash(step -> {
            if (HasherProcess.isCounted(step)) {
                steps.add(step);
            }
        });
        return steps;
    }

    /** Another pod does the job to its end, with a fetcher of its own. */
    public void takeOver(Consumer<String> steps) throws Exception {
        HasherPod second = pod(2);
        CompletableFuture<Void> fetching = second.fetching(names, 2);
        second.hash(steps).orElseThrow();
        HasherPod.result(fetching);
    }

    /** The first attempt comes back to life, and finds that it has been taken over. */
    public CompletableFuture<Void> firstComesBack() {
        return HasherPod.background("first", () -> {
            GiveUp e = assertThrows(GiveUp.class, restarted()::hash);
            assertEquals("attempt 2 has taken over", e.getMessage());
            return null;
        });
    }

    /** Each object has its rows once, and all tables agree. */
    public void verify(long attempt, String where) throws Exception {
        List<String> rows = new ArrayList<>();
        long bytes = 0;
        for (String name : names) {
            if (!name.contains("failed")) {
                rows.add(name + "|MD5|" + Expected.hash("MD5", name));
                rows.add(name + "|SHA256|" + Expected.hash("SHA-256", name));
                bytes += name.getBytes("UTF-8").length;
            }
        }
        assertEquals(rows, Sql.query(database, "SELECT FileName, HashMethod, Hash FROM FileHash WHERE FileName LIKE '"
                + run + "/%' ORDER BY ID"), where);
        String job = " WHERE Run = '" + run + "'";
        assertEquals(List.of(names.get(2) + "|GONE"),
                Sql.query(database, "SELECT FileName, Error FROM FileHashError" + job), where);
        assertEquals(List.of(attempt + "|pod-" + attempt + "|" + names.get(3) + "|4|3|1|" + bytes + "|1"),
                Sql.query(database, "SELECT Attempt, HostName, LastFileName, Listed, Files, Failed, Bytes, "
                        + "Finished >= Started FROM FileHashJob" + job),
                where);
        assertEquals(List.of("yes"), Sql.query(database, "SELECT Complete FROM FileHashProof" + job), where);
    }

    private void lay(HasherPod pod) throws Exception {
        pod.put(names.get(1), names.get(1));
        pod.fail(names.get(2), Failure.Kind.GONE, "it is gone");
        pod.put(names.get(3), names.get(3));
        pod.fetched(names.size());
    }

    private HasherPod pod(long attempt) throws Exception {
        return new HasherPod(root.resolve(run + "-" + attempt), mysql, new JobId(run, 0, attempt), HashMethod.MD5,
                HashMethod.SHA256);
    }
}
