package filehash.program;

/** A number of bytes as users write it: plain, or with Ki, Mi or Gi. */
public final class ByteSize {
    private static final int KIBI = 10;
    private static final int MEBI = 20;
    private static final int GIBI = 30;

    private ByteSize() {
    }

    /** @throws RuntimeException for another text, also for one that is too large */
    public static long parse(String text) {
        int shift = text.endsWith("Ki") ? KIBI : text.endsWith("Mi") ? MEBI : text.endsWith("Gi") ? GIBI : 0;
        String digits = shift == 0 ? text : text.substring(0, text.length() - 2);
        return Math.multiplyExact(Long.parseLong(digits.strip()), 1L << shift);
    }
}
