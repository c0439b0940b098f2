package filehash.hash;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.JobId;
import filehash.pod.Tally;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The transactions of one attempt. Each begins with the lock of the job's row, by a locking read or a compare-and-set:
 * it waits there until a transaction in doubt, its own before or another attempt's, has ended, and sees what became of
 * it. A plain read could see the state before a COMMIT that is still on its way. Immutable.
 */
final class Rows {
    private final Conf conf;
    private final JobId id;
    private final String hostName;
    private final Duty duty;

    Rows(Conf conf, String hostName, Duty duty) {
        this.conf = conf;
        this.id = conf.id();
        this.hostName = hostName;
        this.duty = duty;
    }

    /** Enters this attempt as the one whose rows count; Attempt is raised, never lowered. */
    JobRow begin(Connection session) throws SQLException, GiveUp {
        duty.step("insert job");
        update(session, """
                INSERT INTO FileHashJob (Run, JobID, RequestID, Attempt, HostName, LastFileName, Files, Failed, Bytes,
                  Started, Updated) VALUES (?, ?, ?, ?, ?, '', 0, 0, 0, NOW(3), NOW(3))
                ON DUPLICATE KEY UPDATE Run = Run""",
                id.run(), id.job(), conf.request(), id.attempt(), hostName);
        JobRow row = locked(session);
        duty.step("raise attempt");
        update(session, "UPDATE FileHashJob SET Attempt = ?, HostName = ? WHERE Run = ? AND JobID = ?",
                id.attempt(), hostName, id.run(), id.job());
        return row;
    }

    /**
     * Stores a batch after what was stored before.
     *
     * @return the row then; where an earlier try came through after all, nothing more was stored
     */
    JobRow store(Connection session, JobRow before, Batch batch) throws SQLException, GiveUp {
        duty.step("update job");
        Tally tally = before.tally().plus(batch.tally());
        int updated = update(session, """
                UPDATE FileHashJob SET LastFileName = ?, Files = ?, Failed = ?, Bytes = ?, Updated = NOW(3)
                WHERE Run = ? AND JobID = ? AND Attempt = ? AND Files = ? AND Failed = ?""",
                batch.last(), tally.files(), tally.failed(), tally.bytes(),
                id.run(), id.job(), id.attempt(), before.tally().files(), before.tally().failed());
        if (updated == 0) {
            return locked(session);
        }
        insertRows(session, batch.hashed());
        insertErrors(session, batch.failed());
        return new JobRow(tally, batch.last(), before.started(), Instant.now());
    }

    /** Marks the job as finished. */
    JobRow finish(Connection session, JobRow row) throws SQLException, GiveUp {
        duty.step("finish job");
        int updated = update(session, """
                UPDATE FileHashJob SET Finished = COALESCE(Finished, NOW(3))
                WHERE Run = ? AND JobID = ? AND Attempt = ? AND Files = ? AND Failed = ?""",
                id.run(), id.job(), id.attempt(), row.tally().files(), row.tally().failed());
        JobRow now = locked(session);
        if (updated == 0) {
            throw new IllegalStateException("FileHashJob holds " + now.tally() + ", not " + row.tally());
        }
        return now;
    }

    private JobRow locked(Connection session) throws SQLException, GiveUp {
        duty.step("lock job");
        try (PreparedStatement select = prepared(session, """
                SELECT Attempt, LastFileName, Files, Failed, Bytes, UNIX_TIMESTAMP(Started), UNIX_TIMESTAMP(NOW(3))
                FROM FileHashJob WHERE Run = ? AND JobID = ? FOR UPDATE""", id.run(), id.job());
                ResultSet result = select.executeQuery()) {
            if (!result.next()) {
                throw GiveUp.job("FileHashJob has no row any more for " + id);
            }
            if (result.getLong(1) > id.attempt()) {
                throw GiveUp.fenced(result.getLong(1));
            }
            Tally tally = new Tally(result.getLong(3), result.getLong(4), errors(session), result.getLong(5));
            return new JobRow(tally, result.getString(2), instant(result.getBigDecimal(6)),
                    instant(result.getBigDecimal(7)));
        }
    }

    private Map<String, Long> errors(Connection session) throws SQLException {
        Map<String, Long> classes = new TreeMap<>();
        try (PreparedStatement select = prepared(session,
                "SELECT Error, COUNT(*) FROM FileHashError WHERE Run = ? AND JobID = ? GROUP BY Error",
                id.run(), id.job());
                ResultSet result = select.executeQuery()) {
            while (result.next()) {
                classes.put(result.getString(1), result.getLong(2));
            }
        }
        return classes;
    }

    private void insertRows(Connection session, List<Outcome> hashed) throws SQLException {
        if (hashed.isEmpty()) {
            return;
        }
        int methods = conf.methods().size();
        int rows = hashed.size() * methods;
        duty.step("insert rows");
        String values = "(?, ?, ?, ?, NOW())";
        try (PreparedStatement insert = session.prepareStatement(
                "INSERT INTO FileHash (HostName, FileName, HashMethod, Hash, Date) VALUES " + values
                        + (", " + values).repeat(rows - 1))) {
            int at = 1;
            for (Outcome outcome : hashed) {
                for (int i = 0; i < methods; i++) {
                    insert.setString(at++, hostName);
                    insert.setString(at++, outcome.name());
                    insert.setString(at++, conf.methods().get(i).name());
                    insert.setString(at++, outcome.hashes().get(i));
                }
            }
            insert.executeUpdate();
        }
        duty.step("insert batch");
        update(session, """
                INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID)
                VALUES (LAST_INSERT_ID(), LAST_INSERT_ID() + ?, ?, ?)""", rows - 1, id.run(), id.job());
    }

    private void insertErrors(Connection session, List<Outcome> failed) throws SQLException {
        for (Outcome outcome : failed) {
            duty.step("insert error");
            update(session, """
                    INSERT INTO FileHashError (Run, JobID, FileName, Error, Message, Date)
                    VALUES (?, ?, ?, ?, ?, NOW())""", id.run(), id.job(), outcome.name(),
                    outcome.failure().kind().name(), outcome.failure().message());
        }
    }

    private static int update(Connection session, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(session, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepared(Connection session, String sql, Object... values) throws SQLException {
        PreparedStatement statement = session.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static Instant instant(BigDecimal seconds) {
        return Instant.ofEpochMilli(seconds.movePointRight(3).longValue());
    }
}
