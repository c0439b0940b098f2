package filehash.hash.mysql;

import filehash.hash.job.ObjectOutcome;
import java.util.List;
import java.util.Objects;

/**
 * A name as MySQL stores it. The columns hold 1,024 characters, which is more than S3 allows and less than some
 * gateways to file systems allow. A longer name is cut. It always belongs to a failed object, whose message ends with
 * the full name. So the watermark of a job can be restored exactly, although many long names may begin alike: the error
 * that was stored last has the full name.
 */
final class StoredName {
    private static final int LONGEST = 1_024;
    private static final int LONGEST_MESSAGE = 1_000;

    private StoredName() {
    }

    /** The name that fits into the columns. */
    static String cut(String name) {
        return isLong(name) ? name.substring(0, name.offsetByCodePoints(0, LONGEST)) : name;
    }

    /** Whether a stored name may have been cut. */
    static boolean mayBeCut(String held) {
        return held.codePointCount(0, held.length()) == LONGEST;
    }

    /** The message of FileHashError. */
    static String message(ObjectOutcome outcome) {
        String message = Objects.requireNonNullElse(outcome.failure().message(), "");
        String shortened = message.length() <= LONGEST_MESSAGE ? message
                : message.substring(0, message.offsetByCodePoints(0, LONGEST_MESSAGE / 2)) + "...";
        return isLong(outcome.name()) ? shortened + ": " + outcome.name() : shortened;
    }

    /** @param messages the messages of the errors with this stored name, the last one first */
    static String whole(String held, List<String> messages) {
        int at = messages.isEmpty() || messages.get(0) == null ? -1 : messages.get(0).indexOf(held);
        return at < 0 ? held : messages.get(0).substring(at);
    }

    private static boolean isLong(String name) {
        return name.codePointCount(0, name.length()) > LONGEST;
    }
}
