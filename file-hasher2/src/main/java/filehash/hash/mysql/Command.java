package filehash.hash.mysql;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A statement with its values.
 *
 * @param step what is announced before it is sent alone
 * @param values in place of its question marks; the driver escapes them
 */
record Command(String step, String sql, Object... values) {

    /** @param sql with %s for its rows */
    static Command insert(String step, String sql, String row, List<Object[]> rows) {
        return new Command(step, sql.formatted(row + (", " + row).repeat(rows.size() - 1)),
                rows.stream().flatMap(Stream::of).toArray());
    }

    /** All of them in one packet; the server stops at the first that fails. */
    static Command together(List<Command> commands) {
        return new Command(commands.get(0).step, commands.stream().map(Command::sql).collect(Collectors.joining("; ")),
                commands.stream().flatMap(command -> Stream.of(command.values)).toArray());
    }
}
