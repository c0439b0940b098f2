package filehash.deaths;

import filehash.backends.KindOfNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects of a run, made from their keys: what S3 gives and what the rows must say are computed apart from each
 * other, and from the programs.
 */
final class Objects {
    static final Comparator<String> ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** The end of the names of large objects. */
    static final String LARGE = ".large";

    private static final List<String> ODD = List.of("A", "IMG 1.JPG", "x.part", "7f.failed", ".hidden", "100%", "it's",
            "deep/er/0a", "\u00dcbung.txt", "\u65e5\u672c.txt", "\ufffd", "\ud83d\ude00", "-rf", "zero", "~",
            "\u00e4".repeat(100));
    private static final int MOST_BYTES = 24 * 1024;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int ONE_IN = 30;

    private Objects() {
    }

    /** Names of which most begin in hex. Each list differs, and contains the odd names too. */
    static List<String> names(int count, Random random) {
        List<String> names = new ArrayList<>(ODD.subList(0, Math.min(ODD.size(), count)));
        for (int i = names.size(); i < count; i++) {
            names.add(String.format("%02x%06x-%d", random.nextInt(256), random.nextInt(1 << 24), i));
        }
        names.sort(ORDER);
        return names;
    }

    /** So many names of a kind, in order. One in thirty is that of a large object. */
    static List<String> names(KindOfNames kind, int count, Random random) {
        Set<String> names = new TreeSet<>(ORDER);
        for (int i = 0; names.size() < count; i++) {
            names.add(kind.name(random, i, count) + (i % ONE_IN == ONE_IN / 2 ? LARGE : ""));
        }
        return new ArrayList<>(names);
    }

    /** Mostly some kilobytes, sometimes nothing at all; from one to three megabytes where the name says so. */
    static byte[] content(String key) {
        Random random = new Random(key.hashCode());
        if (key.endsWith(LARGE)) {
            byte[] large = new byte[LARGE_BYTES + random.nextInt(2 * LARGE_BYTES)];
            random.nextBytes(large);
            return large;
        }
        int kind = random.nextInt(20);
        byte[] bytes = new byte[kind == 0 ? 0 : kind == 1 ? random.nextInt(MOST_BYTES) : 1 + random.nextInt(2000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** In lower-case hex. */
    static String hash(String method, byte[] content) {
        try {
            String algorithm = method.equals("MD5") ? method : method.replace("SHA", "SHA-");
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + method, e);
        }
    }
}
