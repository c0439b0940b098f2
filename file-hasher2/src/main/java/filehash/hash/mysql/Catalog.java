package filehash.hash.mysql;

import filehash.hash.job.Attempt;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program's tables and views as information_schema describes them. There are only two queries, because each can
 * take seconds on a server with very many tables. Immutable.
 *
 * @param columns the columns of all tables and views
 * @param engines the engine of each table; null for a view
 * @param definitions the query of each view; empty if this user may not see it
 */
record Catalog(List<Found> columns, Map<String, String> engines, Map<String, String> definitions) {
    private static final List<String> NAMES = Stream.concat(Table.ALL.stream().map(Table::name),
            View.all(new Schema("", true, true, true, true, 0)).stream().map(View::name)).toList();
    private static final String QUOTED =
            NAMES.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ", "(", ")"));
    /** Names that differ only in case are two names if the server's file system is case-sensitive. */
    private static final String OURS = " = DATABASE() AND t.TABLE_NAME IN " + QUOTED
            + " AND (@@lower_case_table_names <> 0 OR CAST(t.TABLE_NAME AS BINARY) IN " + QUOTED + ")";

    /** A column as the server describes it. */
    record Found(String table, String name, String dataType, long characters, long bytes, String charset, String type,
            boolean filled) {
    }

    static Catalog read(Session session, Attempt attempt) throws SQLException {
        // tables before columns, or a table that another pod creates in between would be found without columns
        attempt.step("read tables");
        Map<String, String> engines = new TreeMap<>();
        Map<String, String> definitions = new TreeMap<>();
        session.query(result -> {
            String name = known(result.getString(1));
            engines.put(name, result.getString(2));
            return definitions.put(name, result.getString(3) == null ? "" : result.getString(3));
        }, """
                SELECT t.TABLE_NAME, t.ENGINE, REPLACE(v.VIEW_DEFINITION, CONCAT('`', DATABASE(), '`.'), '')
                FROM information_schema.TABLES t LEFT JOIN information_schema.VIEWS v
                  ON v.TABLE_SCHEMA = DATABASE() AND v.TABLE_NAME = t.TABLE_NAME
                WHERE t.TABLE_SCHEMA""" + OURS);
        attempt.step("read columns");
        List<Found> columns = session.query(result -> new Found(known(result.getString(1)), result.getString(2),
                result.getString(3), result.getLong(4), result.getLong(5), result.getString(6), result.getString(7),
                result.getBoolean(8)), """
                SELECT t.TABLE_NAME, t.COLUMN_NAME, LOWER(t.DATA_TYPE), t.CHARACTER_MAXIMUM_LENGTH,
                  t.CHARACTER_OCTET_LENGTH, t.CHARACTER_SET_NAME, t.COLUMN_TYPE,
                  t.IS_NULLABLE = 'YES' OR t.COLUMN_DEFAULT IS NOT NULL
                  OR t.EXTRA LIKE '%auto_increment%' OR t.EXTRA LIKE '%GENERATED%'
                FROM information_schema.COLUMNS t WHERE t.TABLE_SCHEMA""" + OURS);
        return new Catalog(columns, engines, definitions);
    }

    boolean has(String name) {
        return engines.containsKey(name);
    }

    List<Found> columns(String table) {
        return columns.stream().filter(found -> found.table.equals(table)).toList();
    }

    Optional<Found> column(Table table, Column column) {
        return columns(table.name()).stream().filter(found -> found.name.equalsIgnoreCase(column.name())).findFirst();
    }

    private static String known(String found) {
        return NAMES.stream().filter(name -> name.equalsIgnoreCase(found)).findFirst().orElseThrow();
    }
}
