package filehash.hash.mysql;

import filehash.hash.job.Attempt;
import filehash.hash.job.Batch;
import filehash.hash.job.JobRow;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.program.Plural;
import java.io.IOException;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The transactions of one attempt. Each first locks the job's row, by a locking read or a compare-and-set. So it waits
 * until the server has decided a transaction in doubt that has begun, of this attempt or another, and then sees its
 * outcome. A plain read could miss a COMMIT that is still under way. Owned by one thread.
 */
public final class Rows {
    private final Database database;
    private final Conf conf;
    private final JobId id;
    private final String hostName;
    private final StorableNames names;
    private final Schema schema;
    private final BatchWriter writer;
    private final Attempt attempt;

    private Rows(Database database, Conf conf, String hostName, Schema schema, Attempt attempt) {
        this.database = database;
        this.conf = conf;
        this.id = conf.id();
        this.hostName = hostName;
        this.names = new StorableNames(schema.charset());
        this.schema = schema;
        this.writer = new BatchWriter(conf, hostName, new Ownership(id, schema.dated(), attempt), attempt);
        this.attempt = attempt;
    }

    /** Creates the missing tables first. */
    public static Rows open(Database database, Conf conf, String hostName, Attempt attempt)
            throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        return new Rows(database, conf, hostName, database.prepareSchema(attempt), attempt);
    }

    public int perObject() {
        return conf.methods().size();
    }

    /** Makes this attempt the owner of the job. It raises Attempt, the fencing token, and never lowers it. */
    public JobRow begin() throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        return database.transaction(attempt, this::begin);
    }

    /**
     * Stores the next batch.
     *
     * @return the row after that; if an earlier try was committed after all, nothing more is stored
     */
    public JobRow store(JobRow before, Batch batch) throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        return database.transaction(attempt, session -> store(session, before, batch));
    }

    /** Checks that the job is complete, and marks it as finished. */
    public HashFin finish(long listed) throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        return database.transaction(attempt, session -> finish(session, listed));
    }

    /** Marks the job as cancelled. It tries once, because the pod waits for the stop. */
    public void cancel() {
        if (schema.cancellable()) {
            database.once(attempt, session -> session.update("UPDATE FileHashJob SET Cancelled = NOW(3) WHERE Run = ?"
                    + " AND JobID = ? AND Attempt = ? AND Finished IS NULL", id.run(), id.job(), id.attempt()));
        }
    }

    private JobRow begin(Session session) throws SQLException, GiveUp {
        attempt.step("insert job");
        session.update("""
                INSERT INTO FileHashJob (Run, JobID, RequestID, Methods, RangeStart, RangeBefore, Attempt, HostName,
                  LastFileName, Files, Failed, Bytes, Started, Updated)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, NOW(3), NOW(3)) ON DUPLICATE KEY UPDATE Run = Run""",
                id.run(), id.job(), conf.request(), methods(), cut(conf.start()), cut(conf.before()), id.attempt(),
                hostName);
        JobRow row = locked(session);
        attempt.step("raise attempt");
        session.update("UPDATE FileHashJob SET Attempt = ?, HostName = ?, Finished = NULL"
                + (schema.cancellable() ? ", Cancelled = NULL" : "") + " WHERE Run = ? AND JobID = ?",
                id.attempt(), hostName, id.run(), id.job());
        if (schema.sourced()) {
            session.update("""
                    UPDATE FileHashJob SET Source = LEFT(?, 2048) WHERE Run = ? AND JobID = ? AND Source IS NULL""",
                    source(), id.run(), id.job());
        }
        if (schema.planned() && conf.planned() != null) {
            session.update("UPDATE FileHashJob SET PlannedObjects = ?, PlannedBytes = ? WHERE Run = ? AND JobID = ?",
                    conf.planned().objects(), conf.planned().bytes(), id.run(), id.job());
        }
        return row;
    }

    /** Tables of earlier versions hold only hex prefixes; what a range begins with is for people. */
    private String cut(String start) {
        int length = start == null ? 0 : start.codePointCount(0, start.length());
        return length <= schema.rangeLength() ? start
                : start.substring(0, start.offsetByCodePoints(0, (int) schema.rangeLength()));
    }

    private JobRow store(Session session, JobRow before, Batch hashed) throws SQLException, GiveUp {
        Batch batch = names.checked(session, hashed);
        JobRow after = before.plus(batch);
        return writer.store(session, before, after, batch) ? after : locked(session).settled(before, after);
    }

    private HashFin finish(Session session, long listed) throws SQLException, GiveUp {
        JobRow row = locked(session);
        attempt.step("prove job");
        Tally tally = row.tally();
        long rows = session.query(result -> result.getLong(1), """
                SELECT SUM(LastID - FirstID + 1) FROM FileHashBatch WHERE Run = ? AND JobID = ?""",
                id.run(), id.job()).get(0);
        long errors = tally.failedByClass().values().stream().mapToLong(Long::longValue).sum();
        if (listed != tally.objects() || rows != tally.files() * perObject() || errors != tally.failed()) {
            throw GiveUp.job("not complete: S3 listed " + Plural.of(listed, "object") + ", but MySQL counts "
                    + Plural.of(tally.files(), "file") + " and " + Plural.of(tally.failed(), "failed object")
                    + ", and holds " + Plural.of(rows, "row") + " for " + methods() + " and "
                    + Plural.of(errors, "error")
                    + (rows < tally.files() * perObject()
                            ? "; if FileHash was emptied or replaced meanwhile, delete the request and put it again"
                            : ""));
        }
        attempt.step("finish job");
        session.update("""
                UPDATE FileHashJob SET Listed = ?, Finished = COALESCE(Finished, NOW(3)) WHERE Run = ? AND JobID = ?""",
                listed, id.run(), id.job());
        Instant finished = session.query(result -> instant(result, 1),
                "SELECT UNIX_TIMESTAMP(Finished) FROM FileHashJob WHERE Run = ? AND JobID = ?",
                id.run(), id.job()).get(0);
        return new HashFin(id, tally, row.started(), finished);
    }

    private JobRow locked(Session session) throws SQLException, GiveUp {
        attempt.step("lock job");
        record Row(long attempt, String last, long files, long failed, long bytes, Instant started, Instant now) {
        }
        List<Row> found = session.query(result -> new Row(result.getLong(1), result.getString(2), result.getLong(3),
                result.getLong(4), result.getLong(5), instant(result, 6), instant(result, 7)), """
                SELECT Attempt, LastFileName, Files, Failed, Bytes, UNIX_TIMESTAMP(Started), UNIX_TIMESTAMP(NOW(3))
                FROM FileHashJob WHERE Run = ? AND JobID = ? FOR UPDATE""", id.run(), id.job());
        if (found.size() != 1) {
            throw GiveUp.job("FileHashJob has " + found.size() + " rows for " + id + ", not one");
        }
        Row row = found.get(0);
        if (row.attempt > id.attempt()) {
            throw GiveUp.fenced(row.attempt);
        }
        Map<String, Long> failures = new TreeMap<>();
        session.query(result -> failures.put(result.getString(1), result.getLong(2)),
                "SELECT Error, COUNT(*) FROM FileHashError WHERE Run = ? AND JobID = ? GROUP BY Error",
                id.run(), id.job());
        Clock mysql = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), row.now));
        return new JobRow(new Tally(row.files, row.failed, failures, row.bytes), whole(session, row.last), row.started,
                mysql);
    }

    private String whole(Session session, String last) throws SQLException {
        if (!StoredName.mayBeCut(last)) {
            return last;
        }
        return StoredName.whole(last, session.query(result -> result.getString(1), """
                SELECT Message FROM FileHashError WHERE Run = ? AND JobID = ? AND FileName = ?
                ORDER BY ID DESC LIMIT 1""", id.run(), id.job(), last));
    }

    private String methods() {
        return HashMethod.join(conf.methods());
    }

    /** Where the objects come from, with the endpoint's host in front if it is not AWS. */
    private String source() {
        URI endpoint = conf.s3().endpoint();
        boolean aws = endpoint == null || endpoint.getHost().matches(".*\\.amazonaws\\.com(\\.cn)?");
        String host = aws ? "" : endpoint.getHost() + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort()) + " ";
        return host + "s3://" + conf.s3().bucket() + "/" + conf.root();
    }

    private static Instant instant(ResultSet result, int column) throws SQLException {
        return Instant.ofEpochMilli(result.getBigDecimal(column).movePointRight(3).longValue());
    }
}
