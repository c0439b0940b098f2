package filehash.hash.mysql;

import java.io.IOException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Set;

/** Classifies an SQLException: an outage, which is retried, or a fault that somebody must fix. */
final class SqlFault {
    /** Outages with the SQL state of a missing right: this user has too many connections. */
    private static final Set<Integer> OUTAGES = Set.of(1203, 1226);

    /** A lock wait timeout, a deadlock, and a source that is read-only after a failover. */
    private static final Set<Integer> BUSY = Set.of(1205, 1213, 1290, 1836);

    private static final int SPLIT = 9006;

    /**
     * Faults that last, by number: 1130 host not allowed; 1251, 1275, 1524 authentication method; 1820, 1862, 3118,
     * 4151 account; 3159 TLS required; 1364, 1366 column; 1467 last ID used; 1031, 1288, 1471 table not writable; 1419,
     * 1449 triggers; 3750 primary key required; 9006 ProxySQL sends reads elsewhere.
     */
    private static final Set<Integer> LASTING = Set.of(1031, 1130, 1251, 1275, 1288, 1364, 1366, 1419, 1449, 1467,
            1471, 1524, 1820, 1862, 3118, 3159, 3750, 4151, SPLIT);

    /** Faults that last, by the class of the SQL state: rights, unknown names, data that does not fit. */
    private static final Set<String> LASTING_STATES = Set.of("21", "22", "23", "28", "3D", "42", "44");

    /** The driver's own states, without a number: the connection is lost, or could not be opened. */
    private static final Set<String> LOST_STATES = Set.of("08S01", "08003", "08007");

    private SqlFault() {
    }

    /** Every fault that is not known to last may pass: locks, a source that is read-only after a failover. */
    static boolean mayPass(SQLException e) {
        int number = e.getErrorCode();
        String state = String.valueOf(e.getSQLState());
        if (OUTAGES.contains(number)) {
            return true;
        }
        if (LASTING.contains(number) || LASTING_STATES.contains(state.substring(0, 2))) {
            return false;
        }
        return number != 0 || !hasCause(e, GeneralSecurityException.class)
                && (hasCause(e, IOException.class) || LOST_STATES.contains(state));
    }

    /** Whether the server read the statement and refused it for now; so no proxy refused the packet. */
    static boolean isBusy(SQLException e) {
        return BUSY.contains(e.getErrorCode());
    }

    /** Either DNS is down or the name does not exist. */
    static boolean isUnknownHost(SQLException e) {
        return hasCause(e, UnknownHostException.class);
    }

    /** One line for operators: the driver's own text may fill pages. */
    static String text(SQLException e) {
        String first = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (e.getErrorCode() == 0) {
            return first.contains(String.valueOf(root.getMessage())) ? first : first + ": " + root.getMessage();
        }
        return first + " (" + e.getErrorCode() + ", " + e.getSQLState() + ")" + remedy(e.getErrorCode(), first);
    }

    /** The statement that fixes it, if there is one. */
    private static String remedy(int number, String message) {
        boolean taken = number == 1062 && (message.contains("'2147483647'") || message.contains("'4294967295'"));
        if (taken || number == 167 && message.contains("'ID'") || number == 1467) {
            return ": " + Table.WIDER_ID;
        }
        if (number == SPLIT) {
            return ": the proxy in front of MySQL sends some of this user's statements to another server; route them "
                    + "all to the writer";
        }
        boolean denied = Set.of(1044, 1142, 1143).contains(number) && !message.startsWith("DROP ");
        return denied ? ": GRANT SELECT, INSERT, UPDATE (and CREATE, CREATE VIEW "
                + "where the tables are to be made) on the database to this user" : "";
    }

    private static boolean hasCause(Throwable e, Class<?> type) {
        return e != null && (type.isInstance(e) || hasCause(e.getCause(), type));
    }
}
