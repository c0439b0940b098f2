package filehash.hash;

import filehash.pod.GiveUp;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables as they are: made on first use, after looking, so that no right to make them is needed where they are
 * there. What is there is used if it holds all that the documented table does; else the attempt gives up, with all
 * that is wrong and the statements that mend it. The views are a comfort: work goes on without them.
 */
final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);
    private static final long RANGE_WARNING = 80;
    private static final String NAMED =
            " = DATABASE() AND TABLE_NAME = ? AND (@@lower_case_table_names <> 0 OR CAST(TABLE_NAME AS BINARY) = ?)";

    private final Session session;
    private final List<String> problems = new ArrayList<>();

    /** A column as the server tells it. */
    private record Found(String name, String dataType, long characters, long bytes, String charset, String type,
            boolean filled) {
    }

    private Tables(Session session) {
        this.session = session;
    }

    /** @return the character set of FileHash.FileName */
    static String prepare(Session session) throws SQLException, GiveUp {
        Tables tables = new Tables(session);
        for (Table table : Table.ALL) {
            tables.prepare(table);
        }
        if (!tables.problems.isEmpty()) {
            throw GiveUp.conf(String.join("; ", tables.problems));
        }
        tables.warnOfRange(tables.found(Table.ROWS, "ID").orElseThrow());
        for (View view : View.ALL) {
            tables.makeView(view);
        }
        return tables.found(Table.ROWS, "FileName").orElseThrow().charset;
    }

    private void prepare(Table table) throws SQLException {
        if (columns(table.name()).isEmpty() && !isMade(table)) {
            return;
        }
        List<Boolean> transactional = session.query(result -> "YES".equals(result.getString(1)), """
                SELECT e.TRANSACTIONS FROM information_schema.TABLES t
                LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
                WHERE t.TABLE_SCHEMA""" + NAMED, table.name(), table.name());
        if (!transactional.contains(true)) {
            problems.add(table.name() + " is a view, or has an engine without transactions: ALTER TABLE "
                    + table.name() + " ENGINE=InnoDB");
        }
        for (Column column : table.columns()) {
            check(table, column);
        }
        for (Found found : columns(table.name())) {
            if (!found.filled && table.columns().stream().noneMatch(c -> c.name().equalsIgnoreCase(found.name))) {
                problems.add(table.name() + "." + found.name + " is not documented and has no default: ALTER TABLE "
                        + table.name() + " MODIFY " + found.name + " " + found.type + " NULL");
            }
        }
    }

    private boolean isMade(Table table) throws SQLException {
        try {
            session.update(table.create().replaceFirst("TABLE", "TABLE IF NOT EXISTS"));
            return true;
        } catch (SQLException e) {
            if (SqlFault.mayPass(e)) {
                throw e;
            }
            problems.add("there is no table " + table.name() + " that the user may see, nor may it make one ("
                    + SqlFault.told(e) + "): " + table.create());
            return false;
        }
    }

    private void check(Table table, Column column) throws SQLException {
        Optional<Found> found = found(table, column.name());
        String alter = ": ALTER TABLE " + table.name() + (found.isEmpty() ? " ADD " : " MODIFY ") + column.definition();
        if (found.isEmpty()) {
            problems.add(table.name() + " has no column " + column.name() + alter);
            return;
        }
        boolean narrow = !column.isHeldBy(found.get().dataType, found.get().characters, found.get().bytes);
        boolean foreign = table != Table.ROWS && column.more().contains("utf8mb4")
                && !"utf8mb4".equals(found.get().charset);
        boolean unnumbered = column.more().contains("AUTO_INCREMENT") && !found.get().filled;
        if (narrow || foreign || unnumbered) {
            problems.add(table.name() + "." + column.name() + " is " + found.get().type
                    + (foreign ? " in " + found.get().charset : unnumbered ? " without AUTO_INCREMENT" : "") + alter);
        }
    }

    private Optional<Found> found(Table table, String column) throws SQLException {
        return columns(table.name()).stream().filter(found -> found.name.equalsIgnoreCase(column)).findFirst();
    }

    private List<Found> columns(String table) throws SQLException {
        return session.query(result -> new Found(result.getString(1), result.getString(2), result.getLong(3),
                result.getLong(4), result.getString(5), result.getString(6), result.getBoolean(7)), """
                SELECT COLUMN_NAME, LOWER(DATA_TYPE), CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH,
                  CHARACTER_SET_NAME, COLUMN_TYPE, IS_NULLABLE = 'YES' OR COLUMN_DEFAULT IS NOT NULL
                  OR EXTRA LIKE '%auto_increment%' OR EXTRA LIKE '%GENERATED%'
                FROM information_schema.COLUMNS WHERE TABLE_SCHEMA""" + NAMED, table, table);
    }

    private void warnOfRange(Found id) throws SQLException {
        long range = id.type.contains("unsigned") ? 2L * Integer.MAX_VALUE + 1 : Integer.MAX_VALUE;
        long last = session.query(result -> result.getLong(1), "SELECT MAX(ID) FROM FileHash").get(0);
        if (id.dataType.equals("int") && last * 100 / range >= RANGE_WARNING) {
            LOG.warn("FileHash.ID has used {} % of its range: {}", last * 100 / range, Table.WIDER_ID);
        }
    }

    private void makeView(View view) throws SQLException {
        if (columns(view.name()).isEmpty()) {
            try {
                session.update(view.create());
            } catch (SQLException e) {
                if (SqlFault.mayPass(e)) {
                    throw e;
                }
                LOG.info("no view {}: {}", view.name(), SqlFault.told(e));
            }
        }
    }
}
