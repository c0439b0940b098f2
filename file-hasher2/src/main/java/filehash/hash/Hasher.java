package filehash.hash;

import filehash.hash.HasherCounts.Wait;
import filehash.hash.job.Attempt;
import filehash.hash.job.Batch;
import filehash.hash.job.JobRow;
import filehash.hash.mysql.Database;
import filehash.hash.mysql.Rows;
import filehash.job.JobId;
import filehash.pod.Conf;
import filehash.pod.Entry;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.program.Plural;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of an attempt. It turns the entries of files/ into rows, in the order of names. It removes an entry only
 * after its rows are committed. While MySQL is away, files/ therefore fills up and the fetcher waits. The program may
 * die at any step, because the next attempt starts after the watermark: the last name that MySQL holds. The downside of
 * the order is that a large file delays the rows of the files after it. Owned by one thread.
 */
final class Hasher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hasher.class);

    private final SharedDirectory directory;
    private final String hostName;
    private final int filesLimit;
    private final StopSignal signal;
    /** Receives the name of each step: the heartbeat of the program, and where tests kill it. */
    private final Consumer<String> steps;
    private final HasherCounts counts;
    private Database database;

    /** @param filesLimit how many entries the fetcher allows in files/, if it has the same settings */
    Hasher(SharedDirectory directory, String hostName, int filesLimit, StopSignal signal, Consumer<String> steps,
            HasherCounts counts) {
        this.directory = directory;
        this.hostName = hostName;
        this.filesLimit = filesLimit;
        this.signal = signal;
        this.steps = steps;
        this.counts = counts;
    }

    /** @return the content of hashfin, or nothing if the attempt was halted */
    Optional<HashFin> run(Conf conf) throws GiveUp, IOException, InterruptedException {
        Laps laps = new Laps(counts, Wait.COMMIT);
        Attempt attempt = new Attempt(directory, conf.id(), signal, laps.with(steps));
        Rows rows = null;
        try {
            connect(conf.mysql());
            rows = Rows.open(database, conf, hostName, attempt);
            JobRow row = rows.begin();
            LOG.info("starts after '{}', with {} and {} failed stored", row.last(),
                    Plural.of(row.tally().files(), "file"), row.tally().failed());
            Digester digester = new Digester(conf.methods(), counts::busy, () -> attempt.step("hash"));
            try (Lookahead lookahead = new Lookahead(directory.segments(), digester, row.last())) {
                return Optional.of(work(attempt, rows, lookahead, row, laps));
            }
        } catch (Attempt.Halted e) {
            boolean cancelled = directory.read(PodFile.CONF, conf.id()).filter(Conf::cancelled).isPresent();
            if (cancelled && rows != null && !signal.requested()) {
                rows.cancel();
            }
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }

    /** Keeps the session of the last attempt if it is with the same server. */
    private void connect(Conf.MySql mysql) throws GiveUp {
        if (database == null || !database.isAt(mysql)) {
            close();
            database = new Database(mysql, counts::mysqlFailed, counts::transaction);
        }
    }

    private HashFin work(Attempt attempt, Rows rows, Lookahead lookahead, JobRow begun, Laps laps)
            throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        Gathering gathering = new Gathering(filesLimit);
        JobRow row = begun;
        long progressAt = System.nanoTime();
        ProgressFile file = progressFile(attempt, row);
        while (true) {
            laps.begin(Wait.FILES);
            attempt.check();
            // s3fin is read first: read afterwards, it could end the loop although entries came between the two reads
            Optional<S3Fin> fin = fin(attempt.id());
            List<Entry> entries = directory.inOrder();
            boolean ended = entries.isEmpty() && fin.isPresent();
            file.follow(row, ended);
            if (ended) {
                laps.begin(Wait.COMMIT);
                return finished(attempt, rows, fin.get());
            }
            laps.begin(Wait.DIGEST);
            lookahead.begin(entries);
            if (fin.isEmpty() && gathering.waitsForMore(entries.size(), System.nanoTime())) {
                laps.begin(Wait.FETCHER);
                attempt.pause(Gathering.LOOK);
                continue;
            }
            Batch batch = lookahead.finished();
            if (!batch.isEmpty()) {
                laps.begin(Wait.COMMIT);
                row = stored(rows, row, batch);
                laps.bookOn(lookahead.isBusy() ? Wait.DIGEST : Wait.COMMIT);
                gathering.stored(laps.begin(Wait.FILES));
            }
            if (removeStored(attempt, entries, row)) {
                progressAt = System.nanoTime();
            } else if (lookahead.isIdle()) {
                laps.begin(Wait.FETCHER);
                long idle = Math.min(System.nanoTime() - progressAt, lookahead.idleNanos());
                attempt.pause(Gathering.untilTheNextLook(Duration.ofNanos(idle)));
            }
        }
    }

    private ProgressFile progressFile(Attempt attempt, JobRow row) throws IOException {
        ProgressFile file = new ProgressFile(attempt.id(), progress -> {
            attempt.step("progress");
            directory.write(PodFile.PROGRESS, progress);
        });
        file.begin(row);
        return file;
    }

    /** Checks for existence first: nearly always there is no s3fin yet, and the check is cheap. */
    private Optional<S3Fin> fin(JobId id) throws IOException {
        return directory.has(PodFile.S3_FIN) ? directory.read(PodFile.S3_FIN, id) : Optional.empty();
    }

    private JobRow stored(Rows rows, JobRow before, Batch batch)
            throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        JobRow row = rows.store(before, batch);
        counts.stored(before.tally(), row.tally(), rows.perObject());
        return row;
    }

    /** Also removes entries that were stored before a restart of the container, and not removed. */
    private boolean removeStored(Attempt attempt, List<Entry> entries, JobRow row) throws IOException {
        boolean removed = false;
        for (Entry entry : entries) {
            if (row.holds(entry.name())) {
                attempt.step("remove");
                directory.remove(entry);
                removed = true;
            }
        }
        return removed;
    }

    private HashFin finished(Attempt attempt, Rows rows, S3Fin fin)
            throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        HashFin end = rows.finish(fin.listed());
        attempt.step("finished");
        LOG.info("is done: {}, {} failed, {}, {} s since its first attempt started",
                Plural.of(end.tally().files(), "file"), end.tally().failed(), Plural.of(end.tally().bytes(), "byte"),
                Duration.between(end.started(), end.finished()).toSeconds());
        return end;
    }
}
