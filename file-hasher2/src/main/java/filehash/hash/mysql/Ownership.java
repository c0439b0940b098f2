package filehash.hash.mysql;

import filehash.hash.job.Attempt;
import filehash.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Records in FileHashBatch which rows of FileHash an INSERT has just created. InnoDB numbers the rows of one INSERT
 * without a gap in all of its lock modes, even if other sessions insert at the same time.
 *
 * <p>Users own FileHash. After they empty, replace or prune it, its ids start again, and an earlier entry may hold ids
 * that are ours now. The rows of that entry are gone then, because InnoDB never reuses an id below an existing row. So
 * the newest entry wins: it replaces the entry with the same first id, and cuts every other entry that holds one of our
 * ids so that it ends before that id. Nothing is deleted, because the program needs the right to DELETE for nothing
 * else. An entry also has the Date of its rows, so that a table that comes back under its old name does not count for
 * the runs since.
 *
 * <p>The search for earlier entries takes no lock, so that pods do not wait for each other. It misses none, because
 * TRUNCATE and RENAME wait for the open transactions on FileHash: whichever transaction had those ids before was
 * committed before our INSERT. Two pods may cut the same entry at once; in either order it ends before both.
 */
final class Ownership {
    private static final String SEARCH = """
            (SELECT TRUE AS Own, LAST_INSERT_ID(), @@auto_increment_increment,
              (SELECT CAST(CAST(Date AS DATETIME) AS CHAR) FROM FileHash WHERE ID = LAST_INSERT_ID()))
            UNION ALL (SELECT FALSE, FirstID, LastID, %1$s FROM FileHashBatch WHERE FirstID BETWEEN
              LAST_INSERT_ID() AND LAST_INSERT_ID() + ? * @@auto_increment_increment)
            UNION ALL (SELECT FALSE, FirstID, LastID, %1$s FROM FileHashBatch
              WHERE FirstID < LAST_INSERT_ID() AND FirstID <= LastID ORDER BY FirstID DESC LIMIT 1)""";
    /**
     * Whether an entry holds one of the ids just inserted. Entries never overlap, so only the last of those that begin
     * at or before the last id can.
     */
    private static final String TAKEN = """
            @@auto_increment_increment <> 1 OR LAST_INSERT_ID() <= (SELECT LastID FROM FileHashBatch
              WHERE FirstID <= LAST_INSERT_ID() + ? AND FirstID <= LastID ORDER BY FirstID DESC LIMIT 1)""";
    /** ER_LOCK_WAIT_TIMEOUT, which counts as a failure that passes. */
    private static final int PASSES = 1205;

    private final JobId id;
    private final boolean dated;
    private final Attempt attempt;

    /**
     * A row of the search.
     *
     * @param own whether it describes the rows just inserted, by their first id and their distance; otherwise it
     *     describes an entry, by its first and last id
     */
    record Found(boolean own, long first, long second, String date) {
        static Found of(ResultSet result) throws SQLException {
            return new Found(result.getBoolean(1), result.getLong(2), result.getLong(3), result.getString(4));
        }
    }

    /** The ids of the rows just inserted; the step is above 1 if several servers share a table. */
    private record Ids(long first, long step, int count, String date) {
        long last() {
            return first + (count - 1) * step;
        }

        /** The smallest of them that is not below the other; if it is above the last, there is none. */
        long from(long other) {
            return other <= first ? first : first + (other - first + step - 1) / step * step;
        }
    }

    /**
     * The statements that record rows.
     *
     * @param free whether their ids follow each other and no earlier entry held one of them
     */
    record Entries(List<Command> commands, boolean free) {
    }

    /** An entry of FileHashBatch. */
    private record Entry(long first, long last, String date) {
        boolean holdsAnyOf(Ids ids) {
            return ids.from(first) <= Math.min(last, ids.last());
        }
    }

    /** @param dated whether FileHashBatch has the column Date */
    Ownership(JobId id, boolean dated, Attempt attempt) {
        this.id = id;
        this.dated = dated;
        this.attempt = attempt;
    }

    /** @param rows how many the last statement has inserted */
    void enter(Session session, int rows) throws SQLException {
        Command search = search(rows);
        attempt.step(search.step());
        for (Command command : entries(session.query(Found::of, search.sql(), search.values()), rows)
                .commands()) {
            attempt.step(command.step());
            session.update(command);
        }
    }

    /** Finds the ids of the rows that the last statement has inserted, and the entries that may hold some of them. */
    Command search(int rows) {
        return new Command("search batches", SEARCH.formatted(dated ? "CAST(Date AS CHAR)" : "NULL"), rows - 1);
    }

    /** The statements that record the rows, after {@link #search}. */
    Entries entries(List<Found> found, int rows) throws SQLException {
        Ids ids = found.stream().filter(Found::own).map(own -> new Ids(own.first, own.second, rows, own.date))
                .findFirst().orElseThrow();
        List<Entry> overruled = found.stream().filter(other -> !other.own)
                .map(other -> new Entry(other.first, other.second, other.date))
                .filter(entry -> entry.holdsAnyOf(ids)).toList();
        if (dated && overruled.stream().anyMatch(entry -> Objects.equals(entry.date, ids.date))) {
            throw new SQLTransientException("FileHash gave the same ids twice within a second; the batch waits for the "
                    + "next one, so that Date distinguishes their rows", "HY000", PASSES);
        }
        List<Command> commands = new ArrayList<>();
        for (Entry entry : overruled) {
            long hit = ids.from(entry.first);
            commands.add(new Command("overrule batch",
                    "UPDATE FileHashBatch SET LastID = ? WHERE FirstID = ? AND LastID >= ?",
                    hit - 1, entry.first, hit));
        }
        commands.add(insert(ids));
        return new Entries(commands, overruled.isEmpty() && ids.step == 1);
    }

    /** The statements that record the rows without a search; the first one fails if their ids need one. */
    List<Command> entryOfFreeIds(int rows) {
        String own = "(LAST_INSERT_ID(), LAST_INSERT_ID() + ?, ?, ?" + (dated
                ? ", (SELECT CAST(Date AS DATETIME) FROM FileHash WHERE ID = LAST_INSERT_ID()))" : ")");
        return List.of(Guard.failIf(TAKEN, rows - 1),
                insert(own, List.<Object[]>of(new Object[] {rows - 1, id.run(), id.job()})));
    }

    private Command insert(Ids ids) {
        List<Object[]> entries = new ArrayList<>();
        if (ids.step == 1) {
            entries.add(entry(ids.first, ids.last(), ids.date));
        } else { // the ids in between belong to other servers' rows
            for (long row = ids.first; row <= ids.last(); row += ids.step) {
                entries.add(entry(row, row, ids.date));
            }
        }
        return insert(dated ? "(?, ?, ?, ?, ?)" : "(?, ?, ?, ?)", entries);
    }

    private Command insert(String entry, List<Object[]> entries) {
        return Command.insert("insert batch", "INSERT INTO FileHashBatch (FirstID, LastID, Run, JobID"
                + (dated ? ", Date" : "") + ") VALUES %s ON DUPLICATE KEY UPDATE LastID = VALUES(LastID), "
                + "Run = VALUES(Run), JobID = VALUES(JobID)" + (dated ? ", Date = VALUES(Date)" : ""),
                entry, entries);
    }

    private Object[] entry(long first, long last, String date) {
        return dated ? new Object[] {first, last, id.run(), id.job(), date}
                : new Object[] {first, last, id.run(), id.job()};
    }
}
