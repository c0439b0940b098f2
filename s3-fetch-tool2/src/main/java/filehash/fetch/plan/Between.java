package filehash.fetch.plan;

import filehash.fetch.s3.StartAfter;
import filehash.pod.Names;
import java.util.Arrays;

/**
 * The texts between two names, as numbers: after what both begin with, the next characters are digits in the alphabet
 * of their position. Immutable.
 */
final class Between {
    private static final int DIGITS = 6;

    private final String low;
    private final String high;
    private final String shared;
    private final int[][] alphabets = new int[DIGITS][];
    private final long from;
    private final long to;

    Between(String low, String high, Alphabet alphabet) {
        this.low = low;
        this.high = high;
        int[] a = CodePoints.of(low);
        int[] b = CodePoints.of(high);
        int begin = CodePoints.shared(a, b);
        this.shared = CodePoints.text(a, begin);
        long x = 0;
        long y = 0;
        for (int i = 0; i < DIGITS; i++) {
            int inA = character(a, begin + i);
            int inB = character(b, begin + i);
            alphabets[i] = alphabet.at(begin + i, inA, inB);
            x = x * (alphabets[i].length + 1) + digit(i, inA);
            y = y * (alphabets[i].length + 1) + digit(i, inB);
        }
        this.from = x;
        this.to = y;
    }

    private static int character(int[] points, int at) {
        return at < points.length ? points[at] : -1;
    }

    /** 0 is the end of the name. */
    private long digit(int position, int character) {
        return character < 0 ? 0 : Arrays.binarySearch(alphabets[position], character) + 1;
    }

    /** Where a name of these characters lies: from 0, for the lower of the two, up to 1. */
    double place(String name) {
        int[] points = CodePoints.of(name);
        int begin = shared.codePointCount(0, shared.length());
        long x = 0;
        for (int i = 0; i < DIGITS; i++) {
            x = x * (alphabets[i].length + 1) + Math.abs(digit(i, character(points, begin + i)));
        }
        return (double) (x - from) / (to - from);
    }

    /** The text at a fraction of the way, or null if none can be listed from. */
    String at(double fraction) {
        if (to - from < 2) {
            return null;
        }
        long number = from + Math.max(1, Math.min(to - from - 1, (long) ((to - from) * fraction)));
        int[] digits = new int[DIGITS];
        for (int i = DIGITS - 1; i >= 0; i--) {
            digits[i] = (int) (number % (alphabets[i].length + 1));
            number /= alphabets[i].length + 1;
        }
        StringBuilder text = new StringBuilder(shared);
        for (int i = 0; i < DIGITS && digits[i] > 0; i++) {
            text.appendCodePoint(alphabets[i][digits[i] - 1]);
        }
        String name = text.toString();
        boolean lies = Names.ORDER.compare(low, name) < 0 && Names.ORDER.compare(name, high) < 0;
        return lies && StartAfter.isSafe(name) ? name : null;
    }
}
