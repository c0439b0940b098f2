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

/** An open session with MySQL. Its first statement opens a transaction. Owned by one thread. */
final class Session {
    /**
     * What transactions rely on; it overrides the server's defaults. The server ends a session that is silent for 30 s,
     * so that a frozen or partitioned pod does not hold a row lock for hours. A lock wait ends before the socket's
     * timeout, and is retried.
     */
    private static final String SETTINGS = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
            + "wait_timeout = 30, net_read_timeout = 30, net_write_timeout = 30, "
            + "lock_wait_timeout = 5, innodb_lock_wait_timeout = 5";
    private static final int VALID_SECONDS = 5;
    /** The SQL state of a lost connection. */
    private static final String LOST = "08S01";

    private final Connection connection;
    private final PacketRoom room;
    private boolean takesSeveral;
    /** Null before it is known. */
    private Boolean stopsAtGuards;
    /** Whether a packet of several statements is under way or has failed. */
    private boolean inPacket;
    private boolean open;

    /** Reads one row of a result. */
    interface Reader<T> {
        T read(ResultSet result) throws SQLException;
    }

    private Session(Connection connection, PacketRoom room, boolean takesSeveral) {
        this.connection = connection;
        this.room = room;
        this.takesSeveral = takesSeveral;
    }

    /** @param takesSeveral whether to try packets of several statements */
    static Session open(String url, Properties properties, boolean takesSeveral) throws SQLException {
        Connection connection = new Driver().connect(url, properties);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute(SETTINGS);
            try (ResultSet facts = statement.executeQuery("SELECT @@max_allowed_packet")) {
                facts.next();
                return new Session(connection, PacketRoom.of(facts.getLong(1)), takesSeveral);
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

    PacketRoom room() {
        return room;
    }

    /** Whether several statements with so many rows in all may go in one packet. */
    boolean takesTogether(int rows) {
        return takesSeveral && room.holdsWithOthers(rows);
    }

    /** Whether the server stops at a guard; the first call tries it, and ends the transaction. */
    boolean stopsAtGuards() throws SQLException {
        if (stopsAtGuards == null) {
            stopsAtGuards = Guard.stops(this);
        }
        return stopsAtGuards;
    }

    /**
     * Sends several statements in one packet. A proxy may refuse it, by an error or by too few results. Then the
     * session rolls back and sends one statement at a time from now on, where a statement's own error comes again.
     *
     * @param reader reads the rows of the query among the statements
     * @return how many rows each statement changed, -1 for the query; empty if the packet was refused
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
        takesSeveral = false;
        return List.of();
    }

    /** Sends these statements and COMMIT in one packet. */
    void commitWith(List<Command> commands) throws SQLException {
        List<Command> all = new ArrayList<>(commands);
        all.add(new Command("commit", "COMMIT"));
        answers(all, result -> null);
        if (inPacket) {
            throw new SQLException("the server answered only some statements of a packet", LOST);
        }
        open = false;
    }

    /** Sends several statements in one packet; returns how many rows each changed, -1 for a query. */
    List<Integer> answers(List<Command> commands, Reader<?> reader) throws SQLException {
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

    /** Whether a transaction may be open. */
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
        inPacket = false;
    }

    boolean isAlive() throws SQLException {
        return connection.isValid(VALID_SECONDS);
    }

    /** Ends the connection; the server rolls back what is not committed. */
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
