package filehash.hash.mysql;

import java.io.IOException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Set;

/** What an SQLException means for the attempt: an outage, to be tried again, or something that must be mended. */
final class SqlFault {
    /** Outages that have the SQL state of a missing right: too many connections of this user. */
    private static final Set<Integer> OUTAGES = Set.of(1203, 1226);

    /** No lock, a deadlock, and a source that is read-only after a failover. */
    private static final Set<Integer> BUSY = Set.of(1205, 1213, 1290, 1836);

    private static final int SPLIT = 9006;

    /**
     * To be mended, by number: 1130 the host, 1251, 1275, 1524 the way to log in, 1820, 1862, 3118, 4151 the account;
     * 3159 the server wants TLS; 1364, 1366 a column; 1467 the last ID is taken; 1031, 1288, 1471 not a table to write
     * to; 1419, 1449 triggers; 3750 a primary key is wanted; 9006 ProxySQL sends reads elsewhere.
     */
    private static final Set<Integer> LASTING = Set.of(1031, 1130, 1251, 1275, 1288, 1364, 1366, 1419, 1449, 1467,
            1471, 1524, 1820, 1862, 3118, 3159, 3750, 4151, SPLIT);

    /** The same by the class of the SQL state: rights, names that are not there, data that does not fit. */
    private static final Set<String> LASTING_STATES = Set.of("21", "22", "23", "28", "3D", "42", "44");

    /** The driver's own, without a number: a connection is lost, or was never had. */
    private static final Set<String> LOST_STATES = Set.of("08S01", "08003", "08007");

    private SqlFault() {
    }

    /** What the server does not say to be lasting passes: locks, a source that is read-only after a failover. */
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

    /** The server has read the statement, and refuses it for now: that is no proxy which refuses a packet. */
    static boolean isBusy(SQLException e) {
        return BUSY.contains(e.getErrorCode());
    }

    /** It may be an outage of DNS, or a name that is not there. */
    static boolean isUnknownHost(SQLException e) {
        return hasCause(e, UnknownHostException.class);
    }

    /** One line for people: the driver's own text goes on for pages. */
    static String told(SQLException e) {
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

    /** The statement to run, where one helps. */
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
