package filehash.pod;

import filehash.job.HashMethod;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * The names of objects: an object's name is its key after the root. S3 lists names in the order of their UTF-8 bytes,
 * which differs from the order of Java strings (U+FFFD is before U+10000 as bytes, but after it as chars).
 */
public final class Names {
    public static final Comparator<String> ORDER = Names::compare;

    /** A file name has at most 255 bytes, with the longest suffix. */
    private static final int LONGEST_FILE_NAME = 255 - Segments.LONGEST_SUFFIX;

    private static final boolean[] PLAIN = new boolean[128];
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    static {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".chars().forEach(c -> PLAIN[c] = true);
    }

    private Names() {
    }

    private static int compare(String a, String b) {
        int both = Math.min(a.length(), b.length());
        for (int i = 0; i < both; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                return place(a.charAt(i)) - place(b.charAt(i));
            }
        }
        return a.length() - b.length();
    }

    /** UTF-8 orders characters above U+FFFF last; Java has two surrogates, from U+D800 to U+DFFF, for each of them. */
    private static int place(char c) {
        return Character.isSurrogate(c) ? c + Character.MAX_VALUE : c;
    }

    /**
     * The file name for an object's name. It has no dot and no slash, is plain ASCII (a JVM under LC_ALL=C can create
     * no other files), and differs for different names. A name that is {@link #tooLong too long} gets a file name of
     * fixed length, which no other name can get.
     */
    public static String fileName(String name) {
        String encoded = encoded(name);
        return encoded.length() <= LONGEST_FILE_NAME ? encoded : "=" + sha256(name);
    }

    /** Whether the file name does not contain the name, so that a companion file must hold it. */
    public static boolean tooLong(String fileName) {
        return fileName.startsWith("=");
    }

    /** The name that {@link #fileName} encoded, if it is not too long. */
    public static String decoded(String fileName) {
        if (fileName.indexOf('%') < 0) {
            return fileName;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(fileName.length());
        int at = 0;
        while (at < fileName.length()) {
            boolean escaped = fileName.charAt(at) == '%';
            bytes.write(escaped ? HexFormat.fromHexDigits(fileName, at + 1, at + 3) : fileName.charAt(at));
            at += escaped ? 3 : 1;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String encoded(String name) {
        int plain = 0;
        while (plain < name.length() && isPlain(name.charAt(plain))) {
            plain++;
        }
        if (plain == name.length()) {
            return name;
        }
        StringBuilder encoded = new StringBuilder(name.length() + 16).append(name, 0, plain);
        for (byte b : name.substring(plain).getBytes(StandardCharsets.UTF_8)) {
            if (isPlain((char) (b & 0xff))) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(char c) {
        return c < PLAIN.length && PLAIN[c];
    }

    private static String sha256(String name) {
        byte[] digest = HashMethod.SHA256.digest().digest(name.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
