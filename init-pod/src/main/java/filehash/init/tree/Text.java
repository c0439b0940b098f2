package filehash.init.tree;

import filehash.log.Logged;

/** Shortens texts of users for the error key and the log. */
public final class Text {
    private static final int LONGEST_ERROR = 500;
    private static final int LONGEST_SHOWN = 100;

    private Text() {
    }

    /** Short enough for an error key: etcd refuses a value that is too long. */
    public static String error(String text) {
        return cut(printable(text), LONGEST_ERROR);
    }

    /** Fit for one line of the log. */
    public static String shown(String text) {
        return text == null ? "(not UTF-8)" : cut(printable(text), LONGEST_SHOWN);
    }

    /** A request as a log line names it. */
    public static Logged named(String id) {
        return Logged.request(id == null ? shown(id) : id, shown(id));
    }

    /** A line break would forge a line of the log. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length - 3;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "...";
    }
}
