package filehash.hash.mysql;

import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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
    /** The SQL state of a connection that cannot be used any more. */
    private static final String LOST = "08S01";

    /** More than a row ever takes, with all of its characters of four bytes, or escaped. */
    private static final int LARGEST_ROW_BYTES = 8 * 1024;
    private static final int MOST_ROWS = 2_000;
    /** What stands around the rows in a packet of several statements takes no more than so many rows. */
    private static final int ROWS_AROUND = 2;

    private final Connection connection;
    private final int rowsAtOnce;
    private boolean takesSeveral;
    /** A packet of several statements has failed, or is on its way. */
    private boolean inPacket;
    private boolean open;

    /** Takes what a query gives. */
    interface Reader<T> {
        T read(ResultSet result) throws SQLException;
    }

    private Session(Connection connection, int rowsAtOnce, boolean takesSeveral) {
        this.connection = connection;
        this.rowsAtOnce = rowsAtOnce;
        this.takesSeveral = takesSeveral;
    }

    /** @param takesSeveral whether packets of several statements are tried */
    static Session open(String url, Properties properties, boolean takesSeveral) throws SQLException {
        Connection connection = new Driver().connect(url, properties);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute(SETTINGS);
            try (ResultSet facts = statement.executeQuery("SELECT @@max_allowed_packet")) {
                facts.next();
                long fitting = facts.getLong(1) / LARGEST_ROW_BYTES;
                return new Session(connection, (int) Math.max(1, Math.min(fitting, MOST_ROWS)), takesSeveral);
            }
        } catch (SQLException e) {
            connection.abort(Runnable::run);
            throw e;
        }
    }

    int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        }
    }

    int update(Command command) throws SQLException {
        return update(command.sql(), command.values());
    }

    /** Divides rows into as many as the server takes in a packet each. */
    <T> List<List<T>> packets(List<T> rows) {
        List<List<T>> packets = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += rowsAtOnce) {
            packets.add(rows.subList(from, Math.min(rows.size(), from + rowsAtOnce)));
        }
        return packets;
    }

    /** Whether several statements with so many rows in all may go in one packet. */
    boolean takesTogether(int rows) {
        return takesSeveral && rows + ROWS_AROUND <= rowsAtOnce;
    }

    /**
     * Sends several statements in one packet. A proxy may refuse that, by an error or by fewer answers: then all is
     * rolled back, and this session sends one statement at a time. A statement's own error comes again then.
     *
     * @param reader of the query among them
     * @return how many rows each has changed, -1 for the query; nothing where it is refused
     */
    List<Integer> together(List<Command> commands, Reader<?> reader) throws SQLException {
        List<Integer> changed = List.of();
        try {
            changed = answers(commands, reader);
        } catch (SQLException e) {
            if (SqlFault.mayPass(e)) {
                throw e;
            }
        }
        if (!inPacket) {
            return changed;
        }
        rollback();
        inPacket = false;
        takesSeveral = false;
        return List.of();
    }

    /** Sends these statements and COMMIT in one packet. */
    void commitWith(List<Command> commands) throws SQLException {
        List<Command> all = new ArrayList<>(commands);
        all.add(new Command("commit", "COMMIT"));
        answers(all, result -> null);
        if (inPacket) {
            throw new SQLException("not all statements of a packet are answered", LOST);
        }
        open = false;
    }

    private List<Integer> answers(List<Command> commands, Reader<?> reader) throws SQLException {
        Command command = Command.together(commands);
        List<Integer> changed = new ArrayList<>();
        inPacket = true;
        try (PreparedStatement statement = prepared(command.sql(), command.values())) {
            boolean found = statement.execute();
            while (found || statement.getUpdateCount() >= 0) {
                changed.add(statement.getUpdateCount());
                if (found) {
                    read(statement.getResultSet(), reader);
                }
                found = statement.getMoreResults();
            }
        }
        inPacket = changed.size() != commands.size();
        return changed;
    }

    <T> List<T> query(Reader<T> reader, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return read(statement.executeQuery(), reader);
        }
    }

    boolean isInPacket() {
        return inPacket;
    }

    /** Whether there may be something to commit. */
    boolean isOpen() {
        return open;
    }

    void commit() throws SQLException {
        connection.commit();
        open = false;
    }

    void rollback() throws SQLException {
        connection.rollback();
        open = false;
    }

    boolean isAlive() throws SQLException {
        return connection.isValid(VALID_SECONDS);
    }

    /** The server rolls back what was not committed. */
    void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    private static <T> List<T> read(ResultSet result, Reader<T> reader) throws SQLException {
        try (result) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }

    private PreparedStatement prepared(String sql, Object... values) throws SQLException {
        open = true;
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
