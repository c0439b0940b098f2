package filehash.fetch.plan;

import filehash.fetch.s3.Listed;
import filehash.job.Amount;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether names are lower-case hex and spread evenly, so that the published hex ranges will do. One page in each
 * sixteenth of the names shows how dense they lie there. The downside is that a dense place between the samples is not
 * seen; then the hex ranges are uneven, as they were before there were plans.
 */
final class HexSpread {
    /** The first one after all hex names. */
    private static final String AFTER = "g";
    private static final List<String> PIVOTS =
            IntStream.range(1, 17).mapToObj(i -> i == 16 ? AFTER : Integer.toHexString(i)).toList();
    private static final int DIGITS = 4;
    private static final int PRECISION = 8;
    /** A page of 1,000 names measures a density to some 3 %. */
    private static final double TOLERANCE = 0.25;

    private int awaited;
    private boolean isEven;
    private double least = Double.MAX_VALUE;
    private double most;
    private double sum;
    private Amount sampled = Amount.NONE;

    /** Whether all names of the first page begin with hex digits. */
    static boolean isLikely(List<Listed> page) {
        return !page.isEmpty() && page.stream().allMatch(object -> hexDigits(object.name()) >= DIGITS);
    }

    static List<String> pivots() {
        return PIVOTS;
    }

    /** Begins with the first page. */
    void begin(List<Listed> first) {
        awaited = PIVOTS.size() + 1;
        isEven = true;
        take("", first, true);
    }

    /**
     * Takes the page after a pivot, while there are samples to be taken.
     *
     * @param more whether there are names after the page
     */
    void take(String after, List<Listed> page, boolean more) {
        if (!isSampling()) {
            return;
        }
        awaited--;
        if (after.equals(AFTER)) {
            isEven &= page.isEmpty() && !more;
            return;
        }
        double to = more && !page.isEmpty() ? value(page.get(page.size() - 1).name()) : 1;
        double density = page.size() / (to - value(after));
        isEven &= density > 0 && Double.isFinite(density) && isLikely(page);
        least = Math.min(least, density);
        most = Math.max(most, density);
        sum += density;
        for (Listed object : page) {
            sampled = sampled.plus(new Amount(1, object.size()));
        }
    }

    boolean isSampling() {
        return awaited > 0;
    }

    /** Whether all samples were taken and show names that are spread evenly. */
    boolean isEven() {
        double mean = sum / PIVOTS.size();
        return isEven && awaited == 0 && least >= (1 - TOLERANCE) * mean && most <= (1 + TOLERANCE) * mean;
    }

    /** How many objects and bytes there are, if they are spread evenly. */
    Amount estimate() {
        double objects = sum / PIVOTS.size();
        return new Amount(Math.round(objects), Math.round(objects / sampled.objects() * sampled.bytes()));
    }

    /** Where a name lies among all hex names: from 0 up to 1. */
    private static double value(String name) {
        double value = 0;
        double unit = 1;
        for (int i = 0; i < Math.min(PRECISION, hexDigits(name)); i++) {
            unit /= 16;
            value += unit * Character.digit(name.charAt(i), 16);
        }
        return value;
    }

    private static int hexDigits(String name) {
        int digits = 0;
        while (digits < name.length() && "0123456789abcdef".indexOf(name.charAt(digits)) >= 0) {
            digits++;
        }
        return digits;
    }
}
