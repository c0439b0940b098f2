package filehash.fetch.plan;

import filehash.fetch.s3.StartAfter;

/** Names as code points, whose order is that of UTF-8 bytes. */
final class CodePoints {
    private static final int LAST = Character.MAX_CODE_POINT - 2;

    private CodePoints() {
    }

    static int[] of(String text) {
        return text.codePoints().toArray();
    }

    static String text(int[] points, int length) {
        return new String(points, 0, length);
    }

    /** How many code points both begin with. */
    static int shared(int[] a, int[] b) {
        int i = 0;
        while (i < a.length && i < b.length && a[i] == b[i]) {
            i++;
        }
        return i;
    }

    /** The first usable text after all that begin with these code points, or null if there is none. */
    static String afterAll(int[] points, int length) {
        for (int end = length - 1; end >= 0; end--) {
            int next = points[end] + 1;
            while (next <= LAST && !StartAfter.isPlain(next)) {
                next++;
            }
            if (next <= LAST) {
                return text(points, end) + Character.toString(next);
            }
        }
        return null;
    }

    /** The shortest text that is after the one and not after the other. */
    static String separator(String before, String first) {
        int[] points = of(first);
        return text(points, shared(of(before), points) + 1);
    }
}
