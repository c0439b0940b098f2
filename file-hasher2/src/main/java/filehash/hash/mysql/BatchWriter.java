package filehash.hash.mysql;

import filehash.hash.job.Attempt;
import filehash.hash.job.Batch;
import filehash.hash.job.JobRow;
import filehash.hash.job.ObjectOutcome;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.pod.Conf;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a batch in one packet where it can, and in two otherwise. The one packet holds the whole transaction. Its
 * guards are queries that fail. The server stops at the first one, before the rows, unless the compare-and-set matched;
 * and at the second, before the entry, if an earlier entry holds the ids of the rows. The batch is then rolled back and
 * sent in two packets. The first has the compare-and-set, the rows, and the search for earlier owners of their ids; the
 * second has the entry in FileHashBatch and COMMIT. A batch is tried in one packet after one whose ids were free.
 *
 * <p>The downside of one packet is that the server may begin it after its connection broke, when its author holds no
 * lock. Then only the compare-and-set stops it. Rows that are rolled back leave a gap in the ids: in two packets where
 * the compare-and-set matched nothing, in one where the ids were not free. Each statement is sent alone if the server,
 * or a proxy in front of it, accepts only one at a time, and if a batch is too large for a packet or has no rows. Owned
 * by one thread.
 */
final class BatchWriter {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private final JobId id;
    private final List<HashMethod> methods;
    private final String hostName;
    private final Ownership ownership;
    private final Attempt attempt;
    /** Whether the next batch is tried in one packet: no earlier entry held ids of the last one stored in packets. */
    private boolean atOnce;

    BatchWriter(Conf conf, String hostName, Ownership ownership, Attempt attempt) {
        this.id = conf.id();
        this.methods = conf.methods();
        this.hostName = hostName;
        this.ownership = ownership;
        this.attempt = attempt;
    }

    /** @return whether it is stored: it is not if the job's row has changed since */
    boolean store(Session session, JobRow before, JobRow after, Batch batch) throws SQLException {
        List<Object[]> rows = rows(batch);
        List<Object[]> errors = errors(batch);
        Command update = update(before, after);
        boolean together = !rows.isEmpty() && session.takesTogether(rows.size() + errors.size());
        boolean whole = together && atOnce && session.stopsAtGuards();
        attempt.step(update.step());
        if (whole && storedAtOnce(session, update, rows, errors)) {
            return true;
        }
        if (together) {
            List<Ownership.Found> owners = new ArrayList<>();
            List<Integer> changed = session.together(List.of(update, insert(rows), ownership.search(rows.size())),
                    result -> owners.add(Ownership.Found.of(result)));
            if (!changed.isEmpty()) {
                return changed.get(0) > 0 ? committed(session, owners, rows.size(), errors) : rolledBack(session);
            } // otherwise the server refuses a packet of several statements
        }
        return storedOneByOne(session, update, rows, errors);
    }

    private boolean storedAtOnce(Session session, Command update, List<Object[]> rows, List<Object[]> errors)
            throws SQLException {
        List<Command> all = new ArrayList<>(List.of(update, Guard.ONE_ROW, insert(rows)));
        all.addAll(ownership.entryOfFreeIds(rows.size()));
        if (!errors.isEmpty()) {
            all.add(insertErrors(errors));
        }
        atOnce = false; // until it is stored
        attempt.step("commit");
        try {
            session.commitWith(all);
            atOnce = true;
        } catch (SQLException e) {
            if (SqlFault.mayPass(e)) {
                throw e;
            }
            LOG.debug("a batch is not stored in one packet: {}", SqlFault.text(e));
            session.rollback(); // a guard, or an error that comes again
        }
        return atOnce;
    }

    private boolean committed(Session session, List<Ownership.Found> owners, int rows, List<Object[]> errors)
            throws SQLException {
        Ownership.Entries entries = ownership.entries(owners, rows);
        List<Command> second = new ArrayList<>(entries.commands());
        if (!errors.isEmpty()) {
            second.add(insertErrors(errors));
        }
        attempt.step("commit");
        session.commitWith(second);
        atOnce = entries.free();
        return true;
    }

    private static boolean rolledBack(Session session) throws SQLException {
        session.rollback();
        return false;
    }

    private boolean storedOneByOne(Session session, Command update, List<Object[]> rows, List<Object[]> errors)
            throws SQLException {
        if (session.update(update) == 0) {
            return false;
        }
        for (List<Object[]> part : session.room().parts(rows)) {
            session.update(announced(insert(part)));
            ownership.enter(session, part.size());
        }
        for (List<Object[]> part : session.room().parts(errors)) {
            session.update(announced(insertErrors(part)));
        }
        return true;
    }

    private Command update(JobRow before, JobRow after) {
        return new Command("update job", """
                UPDATE FileHashJob SET LastFileName = ?, Files = ?, Failed = ?, Bytes = ?, Updated = NOW(3)
                WHERE Run = ? AND JobID = ? AND Attempt = ? AND Files = ? AND Failed = ? AND Finished IS NULL""",
                StoredName.cut(after.last()), after.tally().files(), after.tally().failed(), after.tally().bytes(),
                id.run(), id.job(), id.attempt(), before.tally().files(), before.tally().failed());
    }

    private static Command insert(List<Object[]> rows) {
        return Command.insert("insert rows", "INSERT INTO FileHash (HostName, FileName, HashMethod, Hash, Date) "
                + "VALUES %s", "(?, ?, ?, ?, NOW())", rows);
    }

    private static Command insertErrors(List<Object[]> errors) {
        return Command.insert("insert errors", "INSERT INTO FileHashError (Run, JobID, FileName, Error, Message, Date) "
                + "VALUES %s", "(?, ?, ?, ?, ?, NOW())", errors);
    }

    private Command announced(Command command) {
        attempt.step(command.step());
        return command;
    }

    private List<Object[]> rows(Batch batch) {
        List<Object[]> rows = new ArrayList<>();
        for (ObjectOutcome outcome : batch.hashed()) {
            for (int i = 0; i < methods.size(); i++) {
                rows.add(new Object[] {hostName, outcome.name(), methods.get(i).name(), outcome.hashes().get(i)});
            }
        }
        return rows;
    }

    private List<Object[]> errors(Batch batch) {
        return batch.failed().stream().map(outcome -> new Object[] {id.run(), id.job(),
                StoredName.cut(outcome.name()), outcome.failure().kind().name(), StoredName.message(outcome)}).toList();
    }
}
