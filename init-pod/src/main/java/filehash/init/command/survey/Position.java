package filehash.init.command.survey;

import filehash.job.HexRange;
import java.util.OptionalDouble;

/**
 * Estimates how far a job is, from the last name that it has stored: names are read as hexadecimal fractions, and are
 * taken to lie evenly between the job's start and the next job's. There is no estimate for names that do not begin with
 * lower-case hex digits.
 */
final class Position {
    /** More digits than the position can show. */
    private static final int DIGITS = 8;

    private Position() {
    }

    /** @return from 0 to 1 */
    static OptionalDouble of(String last, HexRange range) {
        int width = range.start().length();
        int digits = 0;
        while (digits < Math.min(DIGITS, last.length()) && Character.digit(last.charAt(digits), 16) >= 0
                && !Character.isUpperCase(last.charAt(digits)) && last.charAt(digits) < 128) {
            digits++;
        }
        if (digits < Math.min(width, last.length()) || digits == 0) {
            return OptionalDouble.empty();
        }
        double start = fraction(range.start());
        double before = range.before() == null ? 1 : fraction(range.before());
        double share = (fraction(last.substring(0, digits)) - start) / (before - start);
        return OptionalDouble.of(Math.min(1, Math.max(0, share)));
    }

    private static double fraction(String hex) {
        return Long.parseLong(hex, 16) / Math.pow(16, hex.length());
    }
}
