package filehash.pod;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * An object's name is its key after the root. Names are ordered as S3 lists them: by their UTF-8 bytes, which is not
 * how Java compares strings (U+FFFD comes before U+10000 there, but after it as chars).
 */
public final class Names {
    public static final Comparator<String> ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** A file name has 255 bytes at most, and the longest suffix, .failed, must fit too. */
    private static final int LONGEST_FILE_NAME = 255 - ".failed".length();

    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    private Names() {
    }

    /**
     * The file name for an object's name: without dot or slash, plain ASCII (a JVM under LC_ALL=C can name nothing
     * else), and different for different names. {@link #tooLong Too long} a name gets one of fixed length, which no
     * other name's can equal.
     */
    public static String fileName(String name) {
        String encoded = encoded(name);
        return encoded.length() <= LONGEST_FILE_NAME ? encoded : "=" + sha256(name);
    }

    /** Whether the file name does not tell the name, so that a companion must. */
    public static boolean tooLong(String fileName) {
        return fileName.startsWith("=");
    }

    /** The name that {@link #fileName} encoded, where it is not too long. */
    public static String decoded(String fileName) {
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
        StringBuilder encoded = new StringBuilder(name.length() + 16);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf((char) (b & 0xff)) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static String sha256(String name) {
        byte[] digest = HashMethod.SHA256.digest().digest(name.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
