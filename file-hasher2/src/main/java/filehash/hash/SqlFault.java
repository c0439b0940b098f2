package filehash.hash;

import java.sql.SQLException;
import java.util.Set;

/** What an SQLException means for the attempt: try again, or give up. */
final class SqlFault {
    /** Of the classes that don't pass: 1040, 1203, 1226 too many connections; 1205, 1213 locks. */
    private static final Set<Integer> PASS = Set.of(1040, 1203, 1205, 1213, 1226);
    /** SQL states of rights, of names that are not there, and of data that does not fit. */
    private static final Set<String> LASTING = Set.of("21", "22", "23", "28", "3D", "42", "44");

    private SqlFault() {
    }

    static boolean mayPass(SQLException e) {
        String state = e.getSQLState();
        return PASS.contains(e.getErrorCode()) || state == null || !LASTING.contains(state.substring(0, 2));
    }

    static String told(SQLException e) {
        String first = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
        return e.getErrorCode() == 0 ? first : first + " (" + e.getErrorCode() + ", " + e.getSQLState() + ")";
    }
}
