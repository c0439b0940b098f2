package filehash.hash.mysql;

import filehash.hash.job.Attempt;
import filehash.pod.GiveUp;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the missing tables and checks the others. It looks first, so the user needs no right to create tables that
 * exist. A table is used if it can hold every value of the documented one; otherwise the attempt gives up, and the
 * error lists all problems with the statements that fix them. Views are optional: without them the work goes on.
 */
final class SchemaSetup {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaSetup.class);
    private static final long RANGE_WARNING = 80;
    /** The error number if another pod has just added the column. */
    private static final int DUPLICATE_COLUMN = 1060;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    private final Session session;
    private final Attempt attempt;
    private final List<String> problems = new ArrayList<>();
    private Catalog catalog;

    private SchemaSetup(Session session, Attempt attempt) throws SQLException {
        this.session = session;
        this.attempt = attempt;
        this.catalog = Catalog.read(session, attempt);
    }

    static Schema prepare(Session session, Attempt attempt) throws SQLException, GiveUp {
        SchemaSetup setup = new SchemaSetup(session, attempt);
        setup.createMissing();
        for (Table table : Table.ALL) {
            setup.check(table);
        }
        if (!setup.problems.isEmpty()) {
            throw GiveUp.conf(String.join("; ", setup.problems));
        }
        setup.warnOfRange();
        Schema schema = new Schema(setup.catalog.column(Table.ROWS, Table.FILE_NAME).orElseThrow().charset(),
                setup.catalog.column(Table.BATCHES, Table.BATCH_DATE).isPresent(),
                setup.catalog.column(Table.JOBS, Table.SOURCE).isPresent(),
                setup.catalog.column(Table.JOBS, Table.PLANNED_OBJECTS).isPresent()
                        && setup.catalog.column(Table.JOBS, Table.PLANNED_BYTES).isPresent(),
                setup.catalog.column(Table.JOBS, Table.CANCELLED).isPresent(),
                Stream.of(Table.RANGE_START, Table.RANGE_BEFORE)
                        .mapToLong(column -> setup.catalog.column(Table.JOBS, column).orElseThrow().characters()).min()
                        .orElseThrow());
        for (View view : View.all(schema)) {
            setup.createView(view);
        }
        return schema;
    }

    private void createMissing() throws SQLException {
        boolean created = false;
        for (Table table : Table.ALL) {
            if (!catalog.has(table.name())) {
                created |= tryCreate(table);
            }
            for (Column column : table.columns()) {
                if (column.late() && catalog.has(table.name()) && catalog.column(table, column).isEmpty()) {
                    created |= tryAdd(table, column);
                }
            }
        }
        if (created) {
            catalog = Catalog.read(session, attempt);
        }
    }

    private void check(Table table) {
        if (!catalog.has(table.name())) {
            return;
        }
        String engine = catalog.engines().get(table.name());
        if (!"InnoDB".equalsIgnoreCase(engine)) { // other engines number rows in another way or lack transactions
            problems.add(table.name() + (engine == null ? " is a view: rename it, and the table will be created"
                    : " has the engine " + engine + " and not InnoDB: ALTER TABLE " + table.name() + " ENGINE=InnoDB"));
        }
        for (Column column : table.columns()) {
            check(table, column);
        }
        for (Catalog.Found found : catalog.columns(table.name())) {
            if (!found.filled() && table.columns().stream().noneMatch(c -> c.name().equalsIgnoreCase(found.name()))) {
                problems.add(table.name() + "." + found.name() + " is not documented and has no default: ALTER TABLE "
                        + table.name() + " MODIFY " + found.name() + " " + found.type() + " NULL");
            }
        }
    }

    private boolean tryCreate(Table table) throws SQLException {
        attempt.step("make table");
        try {
            session.update(table.create().replaceFirst("TABLE", "TABLE IF NOT EXISTS"));
            return true;
        } catch (SQLException e) {
            if (SqlFault.mayPass(e)) {
                throw e;
            }
            problems.add("table " + table.name() + " does not exist or is not visible, and this user may not create it"
                    + " (" + SqlFault.text(e) + "): " + table.create());
            return false;
        }
    }

    private boolean tryAdd(Table table, Column column) throws SQLException {
        String statement = "ALTER TABLE " + table.name() + " ADD " + column.definition();
        attempt.step("add column");
        try {
            session.update(statement);
        } catch (SQLException e) {
            boolean busy = e.getErrorCode() == LOCK_WAIT_TIMEOUT; // for example by a dump, which may take hours
            if (!busy && SqlFault.mayPass(e)) {
                throw e;
            }
            if (e.getErrorCode() != DUPLICATE_COLUMN) {
                LOG.warn("{} has no column {}, and it could not be added ({}); work goes on without it: {}",
                        table.name(), column.name(), SqlFault.text(e), statement);
                return false;
            }
        }
        return true;
    }

    private void check(Table table, Column column) {
        Optional<Catalog.Found> found = catalog.column(table, column);
        String alter = ": ALTER TABLE " + table.name() + (found.isEmpty() ? " ADD " : " MODIFY ") + column.definition();
        if (found.isEmpty() && column.late()) {
            return;
        }
        if (found.isEmpty()) {
            problems.add(table.name() + " has no column " + column.name() + alter);
            return;
        }
        boolean narrow = !column.isHeldBy(found.get().dataType(), found.get().characters(), found.get().bytes());
        boolean foreign = table != Table.ROWS && column.least() == 0 && column.more().contains("utf8mb4")
                && !"utf8mb4".equals(found.get().charset());
        boolean unnumbered = column.more().contains("AUTO_INCREMENT") && !found.get().filled();
        if (narrow || foreign || unnumbered) {
            problems.add(table.name() + "." + column.name() + " is " + found.get().type()
                    + (foreign ? " in " + found.get().charset() : unnumbered ? " without AUTO_INCREMENT" : "") + alter);
        }
    }

    private void warnOfRange() throws SQLException {
        Catalog.Found id = catalog.column(Table.ROWS, Table.ID).orElseThrow();
        long range = id.type().contains("unsigned") ? 2L * Integer.MAX_VALUE + 1 : Integer.MAX_VALUE;
        long last = session.query(result -> result.getLong(1), "SELECT MAX(ID) FROM FileHash").get(0);
        if (id.dataType().equals("int") && last * 100 / range >= RANGE_WARNING) {
            LOG.warn("FileHash.ID has used {} % of its range: {}", last * 100 / range, Table.WIDER_ID);
        }
    }

    /** A view of this name that a user made is left alone. */
    private void createView(View view) throws SQLException {
        boolean exists = catalog.has(view.name());
        String definition = catalog.definitions().get(view.name());
        if (exists && (view.isDefinedAs(definition) || !view.isOurs(definition))) {
            return;
        }
        attempt.step("make view");
        try {
            session.update(exists ? view.replace() : view.create());
        } catch (SQLException e) {
            if (SqlFault.mayPass(e)) {
                throw e;
            }
            LOG.info("cannot {} view {}: {}{}", exists ? "replace an earlier version's" : "create", view.name(),
                    SqlFault.text(e), exists ? ": " + view.replace() : "");
        }
    }
}
