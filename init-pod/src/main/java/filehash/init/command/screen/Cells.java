package filehash.init.command.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Measures text in the columns of a terminal, and cuts or breaks it to fit. */
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
        return plain(text).codePoints().map(Cells::width).sum();
    }

    /** The text without colours. */
    static String plain(String text) {
        return COLOUR.matcher(text).replaceAll("");
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

    /** A text that is cut loses its colours. */
    static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        return columns <= CUT.length() ? CUT.substring(0, Math.max(0, columns))
                : head(plain(text), columns - CUT.length()) + CUT;
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

    /** Breaks a list of phrases between them. */
    static List<String> flow(List<String> phrases, int columns) {
        List<String> lines = new ArrayList<>();
        String line = phrases.get(0);
        for (String phrase : phrases.subList(1, phrases.size())) {
            if (width(line) + ", ,".length() + width(phrase) <= columns) {
                line += ", " + phrase;
            } else {
                lines.add(line + ",");
                line = phrase;
            }
        }
        lines.add(line);
        return lines;
    }

    /** Breaks a text at blanks, and words that are wider than a line anywhere. Its colour goes on over the lines. */
    static List<String> wrap(String text, int columns) {
        String start = text.startsWith("\u001b") ? text.substring(0, text.indexOf('m') + 1) : "";
        String end = start.isEmpty() ? "" : "\u001b[0m";
        String plain = text.substring(start.length(), text.length() - end.length());
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : plain.split(" ")) {
            String rest = word;
            if (!line.isEmpty() && width(line) + 1 + width(word) <= columns) {
                line = line + " " + word;
                continue;
            }
            if (!line.isEmpty()) {
                lines.add(line);
            }
            while (width(rest) > columns) {
                String part = head(rest, columns);
                lines.add(part);
                rest = rest.substring(part.length());
            }
            line = rest;
        }
        lines.add(line);
        return lines.stream().map(one -> start + one + end).toList();
    }
}
