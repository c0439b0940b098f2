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

/**
 * Stores a batch in two round trips. The first packet has the compare-and-set, the rows, and the search for earlier
 * owners of their ids; the second has the entry in FileHashBatch and COMMIT. The downside is that the rows are inserted
 * even if the compare-and-set matched nothing: they are rolled back, and leave a gap in the ids. Each statement is sent
 * alone if the server, or a proxy in front of it, accepts only one at a time, and if a batch is too large for a packet
 * or has no rows. Immutable.
 */
final class BatchWriter {
    private final JobId id;
    private final List<HashMethod> methods;
    private final String hostName;
    private final Ownership ownership;
    private final Attempt attempt;

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
        attempt.step(update.step());
        if (!rows.isEmpty() && session.takesTogether(rows.size() + errors.size())) {
            List<Ownership.Found> owners = new ArrayList<>();
            List<Integer> changed = session.together(List.of(update, insert(rows), ownership.search(rows.size())),
                    result -> owners.add(Ownership.Found.of(result)));
            if (!changed.isEmpty()) {
                return changed.get(0) > 0 ? committed(session, owners, rows.size(), errors) : rolledBack(session);
            } // otherwise the server refuses a packet of several statements
        }
        return storedOneByOne(session, update, rows, errors);
    }

    private boolean committed(Session session, List<Ownership.Found> owners, int rows, List<Object[]> errors)
            throws SQLException {
        List<Command> second = ownership.entries(owners, rows);
        if (!errors.isEmpty()) {
            second.add(insertErrors(errors));
        }
        attempt.step("commit");
        session.commitWith(second);
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
        for (List<Object[]> part : session.packets(rows)) {
            session.update(announced(insert(part)));
            ownership.enter(session, part.size());
        }
        for (List<Object[]> part : session.packets(errors)) {
            session.update(announced(insertErrors(part)));
        }
        return true;
    }

    private Command update(JobRow before, JobRow after) {
        return new Command("update job", """
                UPDATE FileHashJob SET LastFileName = ?, Files = ?, Failed = ?, Bytes = ?, Updated = NOW(3)
                WHERE Run = ? AND JobID = ? AND Attempt = ? AND Files = ? AND Failed = ?""",
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
