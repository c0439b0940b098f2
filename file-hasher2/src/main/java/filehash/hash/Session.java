package filehash.hash;

import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** An open session with MySQL, in a transaction from its first statement on. One thread's. */
final class Session {
    /**
     * What transactions rely on, whatever the server's defaults are. It ends a session that says nothing for 30 s, so
     * that a frozen or cut-off pod does not hold a row's lock for hours; a wait for a lock ends before the socket's
     * timeout, to be tried again.
     */
    private static final String SETTINGS = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
            + "wait_timeout = 30, net_read_timeout = 30, net_write_timeout = 30, "
            + "lock_wait_timeout = 5, innodb_lock_wait_timeout = 5";
    private static final int VALID_SECONDS = 5;

    /** More than a row ever takes, with all of its characters of four bytes, or escaped. */
    private static final int LARGEST_ROW_BYTES = 8 * 1024;
    private static final int MOST_ROWS = 2_000;

    private final Connection connection;
    private final int rowsAtOnce;

    /** Takes what a query gives. */
    interface Reader<T> {
        T read(ResultSet result) throws SQLException;
    }

    /** Is called after each statement of a large insert. */
    interface AfterInsert {
        void inserted(int rows) throws SQLException;
    }

    private Session(Connection connection, int rowsAtOnce) {
        this.connection = connection;
        this.rowsAtOnce = rowsAtOnce;
    }

    static Session open(String url, Properties properties) throws SQLException {
        Connection connection = new Driver().connect(url, properties);
        try {
            return on(connection);
        } catch (SQLException e) {
            connection.abort(Runnable::run);
            throw e;
        }
    }

    private static Session on(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            try (ResultSet facts = statement.executeQuery("SELECT @@max_allowed_packet")) {
                facts.next();
                long fitting = facts.getLong(1) / LARGEST_ROW_BYTES;
                return new Session(connection, (int) Math.max(1, Math.min(fitting, MOST_ROWS)));
            }
        }
    }

    int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        }
    }

    /**
     * Inserts rows by statements of many rows each: as many as the server takes in a packet.
     *
     * @param statement with %s for its rows
     */
    void insert(String statement, String row, List<Object[]> rows, AfterInsert after) throws SQLException {
        for (int from = 0; from < rows.size(); from += rowsAtOnce) {
            List<Object[]> part = rows.subList(from, Math.min(rows.size(), from + rowsAtOnce));
            String sql = statement.formatted(row + (", " + row).repeat(part.size() - 1));
            update(sql, part.stream().flatMap(Arrays::stream).toArray());
            after.inserted(part.size());
        }
    }

    <T> List<T> query(Reader<T> reader, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values); ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    boolean isAlive() throws SQLException {
        return connection.isValid(VALID_SECONDS);
    }

    /** The server rolls back what was not committed. */
    void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    private PreparedStatement prepared(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
