package filehash.hash;

import filehash.backends.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Queries and statements of the tests. */
public final class Sql {
    private Sql() {
    }

    /** Returns a line for each row, with a bar between its columns. */
    public static List<String> query(MySqlServer.Database database, String sql) throws SQLException {
        try (Connection session = database.connect(); Statement statement = session.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    columns.add(result.getString(i));
                }
                lines.add(String.join("|", columns));
            }
            return lines;
        }
    }

    public static void run(MySqlServer.Database database, String... statements) throws SQLException {
        try (Connection session = database.connect(); Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
