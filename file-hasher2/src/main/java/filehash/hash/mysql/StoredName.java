package filehash.hash.mysql;

import filehash.hash.job.Outcome;
import java.util.List;
import java.util.Objects;

/**
 * How MySQL holds a name: its columns end at 1,024 characters, which is more than S3 allows and less than some gateways
 * to file systems do. A longer name is cut there, and always that of a failed object, whose message then ends with the
 * whole name. So the last name of a job can be restored exactly, although many names may share the same beginning: the
 * error that was stored last holds it.
 */
final class StoredName {
    private static final int LONGEST = 1_024;
    private static final int LONGEST_MESSAGE = 1_000;

    private StoredName() {
    }

    /** What the columns hold. */
    static String cut(String name) {
        return isLong(name) ? name.substring(0, name.offsetByCodePoints(0, LONGEST)) : name;
    }

    /** Whether a name that a column holds may have been cut. */
    static boolean mayBeCut(String held) {
        return held.codePointCount(0, held.length()) == LONGEST;
    }

    /** Why there is no hash, for FileHashError. */
    static String message(Outcome outcome) {
        String message = Objects.requireNonNullElse(outcome.failure().message(), "");
        String shortened = message.length() <= LONGEST_MESSAGE ? message
                : message.substring(0, message.offsetByCodePoints(0, LONGEST_MESSAGE / 2)) + "...";
        return isLong(outcome.name()) ? shortened + ": " + outcome.name() : shortened;
    }

    /** @param messages those of the errors with that name, the last one first */
    static String whole(String held, List<String> messages) {
        int at = messages.isEmpty() || messages.get(0) == null ? -1 : messages.get(0).indexOf(held);
        return at < 0 ? held : messages.get(0).substring(at);
    }

    private static boolean isLong(String name) {
        return name.codePointCount(0, name.length()) > LONGEST;
    }
}
