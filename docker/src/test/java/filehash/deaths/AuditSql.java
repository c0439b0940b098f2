package filehash.deaths;

import filehash.backends.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The queries of the checks. They reach MySQL directly and not through the pods' wires. */
record AuditSql(MySqlServer server, MySqlServer.Database database) {

    /** All rows; a column that is NULL is null. */
    List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = server.connect(database.name());
                Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>(columns);
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** The one value, as a number; 0 for NULL. */
    long number(String sql) throws SQLException {
        String value = query(sql).get(0).get(0);
        return value == null ? 0 : Long.parseLong(value);
    }

    /** The number of open transactions. InnoDB repeats its last answer to a query that comes within 100 ms. */
    long transactions(String condition) throws SQLException, InterruptedException {
        Pause.of(Duration.ofMillis(150));
        return number("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE " + condition);
    }

    /** How many objects are stored, in all jobs; 0 before there is a table. */
    long stored() throws SQLException {
        long tables = number("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = 'FileHashJob'"
                + " AND TABLE_SCHEMA = DATABASE()");
        return tables == 0 ? 0 : number("SELECT SUM(Files + Failed) FROM FileHashJob");
    }
}
