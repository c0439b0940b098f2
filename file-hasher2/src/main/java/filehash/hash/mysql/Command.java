package filehash.hash.mysql;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A statement with its values.
 *
 * @param step the step to announce before the statement is sent alone
 * @param values for its question marks; the driver escapes them
 */
record Command(String step, String sql, Object... values) {

    /** @param sql has %s in the place of the rows */
    static Command insert(String step, String sql, String row, List<Object[]> rows) {
        return new Command(step, sql.formatted(row + (", " + row).repeat(rows.size() - 1)),
                rows.stream().flatMap(Stream::of).toArray());
    }

    /** Joins them to one packet; the server stops at the first one that fails. */
    static Command together(List<Command> commands) {
        return new Command(commands.get(0).step, commands.stream().map(Command::sql).collect(Collectors.joining("; ")),
                commands.stream().flatMap(command -> Stream.of(command.values)).toArray());
    }
}
