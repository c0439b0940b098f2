package filehash.init.command.screen;

import java.util.regex.Pattern;

/** Measures text in the columns of a terminal, and cuts it to them. */
public final class Cells {
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final String CUT = "...";
    /** The first and last code points of characters that take two columns: East Asian ones and emoji. */
    private static final int[][] WIDE = {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xA960, 0xA97F}, {0xAC00, 0xD7A3},
            {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF},
            {0x20000, 0x3FFFD}};

    private Cells() {
    }

    /** An id as an argument of a shell. */
    public static String quoted(String id) {
        return id.matches("[\\p{L}\\p{N}._:@%+=-]+") ? id : "'" + shown(id).replace("'", "'\\''") + "'";
    }

    /** What others wrote, without the characters that would move the cursor or turn the direction of text. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().map(c -> moves(c) ? '?' : c).forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private static boolean moves(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        };
    }

    /** Colours take no column. */
    public static int width(String text) {
        return COLOUR.matcher(text).replaceAll("").codePoints().map(Cells::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        for (int[] range : WIDE) {
            if (c >= range[0] && c <= range[1]) {
                return 2;
            }
        }
        return 1;
    }

    /** @param text without colours */
    static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        return columns <= CUT.length() ? CUT.substring(0, Math.max(0, columns))
                : head(text, columns - CUT.length()) + CUT;
    }

    /** Returns as much of its beginning as these columns take, and at least one character. */
    static String head(String text, int columns) {
        StringBuilder head = new StringBuilder();
        int room = columns;
        for (int c : text.codePoints().toArray()) {
            room -= width(c);
            if (room < 0 && !head.isEmpty()) {
                break;
            }
            head.appendCodePoint(c);
        }
        return head.toString();
    }

    public static String blanks(int columns) {
        return " ".repeat(Math.max(0, columns));
    }
}
