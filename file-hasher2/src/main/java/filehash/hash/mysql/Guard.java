package filehash.hash.mysql;

import java.sql.SQLException;
import java.util.List;

/** Queries that fail if a condition is true. The server executes none of the statements that follow in the packet. */
final class Guard {
    /** Fails unless the statement before it has changed one row. */
    static final Command ONE_ROW = failIf("ROW_COUNT() <> 1");
    /** ER_SUBQUERY_NO_1_ROW */
    private static final int FAILED = 1242;

    private Guard() {
    }

    static Command failIf(String condition, Object... values) {
        return new Command("guard", "SELECT (SELECT 1 UNION ALL SELECT 1 FROM DUAL WHERE " + condition + ")", values);
    }

    /**
     * Tries a guard after an update of no row, and returns whether the server stops at it. If it did not, an attempt
     * that another has taken over could store rows.
     */
    static boolean stops(Session session) throws SQLException {
        Command noRow = new Command("update no row", "UPDATE FileHashJob SET Files = Files WHERE FALSE");
        Command trace = new Command("leave a trace", "SELECT LAST_INSERT_ID(?)", Long.MAX_VALUE);
        boolean stopped = false;
        try {
            session.answers(List.of(noRow, ONE_ROW, trace), result -> null);
        } catch (SQLException e) {
            if (SqlFault.mayPass(e)) {
                throw e;
            }
            stopped = e.getErrorCode() == FAILED && session.query(result -> result.getBoolean(1),
                    "SELECT LAST_INSERT_ID() <> ?", Long.MAX_VALUE).get(0);
        }
        session.rollback();
        return stopped;
    }
}
