package filehash.fetch.s3;

import java.nio.charset.StandardCharsets;

/**
 * The names after which a listing may begin. Every server accepts them and can return them in XML: they hold no control
 * character, are not longer than a key, and hold no percent sign, because a server that decodes twice would start
 * elsewhere.
 */
public final class StartAfter {
    /** The last code point that is a character. */
    private static final int LAST = Character.MAX_CODE_POINT - 2;
    /** The most bytes of a key in UTF-8. */
    private static final int LONGEST_KEY = 1024;

    private StartAfter() {
    }

    /** Whether a name may hold this character. */
    public static boolean isPlain(int character) {
        return character != '%' && !Character.isISOControl(character)
                && Character.getType(character) != Character.SURROGATE
                && (character & 0xfffe) != 0xfffe && (character < 0xfdd0 || character > 0xfdef);
    }

    /** Whether a listing may begin after this name, if the root is not long. */
    public static boolean isSafe(String name) {
        return name.equals(safe("", name));
    }

    /**
     * The longest prefix of a name after which a listing may begin. The listing then repeats names before the name
     * itself; the caller skips them.
     */
    public static String safe(String root, String name) {
        int length = root.getBytes(StandardCharsets.UTF_8).length;
        int end = 0;
        while (end < name.length()) {
            int character = name.codePointAt(end);
            length += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (!isPlain(character) || length > LONGEST_KEY) {
                break;
            }
            end += Character.charCount(character);
        }
        return name.substring(0, end);
    }

    /** A name that sorts before this one, with next to nothing in between; empty if there is none. */
    public static String justBefore(String name) {
        int end = name.offsetByCodePoints(name.length(), -1);
        int previous = name.codePointAt(end) - 1;
        while (previous >= ' ' && !isPlain(previous)) {
            previous--;
        }
        String stem = name.substring(0, end);
        return previous < ' ' ? stem : stem + Character.toString(previous) + Character.toString(LAST);
    }
}
