package filehash.job;

/** A number of objects and the bytes that they have together. */
public record Amount(long objects, long bytes) {
    public static final Amount NONE = new Amount(0, 0);

    public Amount plus(Amount other) {
        return new Amount(objects + other.objects, bytes + other.bytes);
    }
}
