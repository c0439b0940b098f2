package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.pod.Failure;

/**
 * What may lie in files/ at once, and how many requests may be under way.
 *
 * @param files FILES_LIMIT: how many entries, those on their way included
 * @param bytes FILES_BYTES: how many bytes they may have together, those that wait in memory included
 * @param connections S3_CONNECTIONS
 */
record Limits(int files, long bytes, int connections) {
    /** Up to this size an object is fetched into memory and needs no entry before it is whole. */
    static final long SMALL = 256 << 10;
    /** What such objects may take of a small heap together. */
    static final long MEMORY = 16 << 20;

    /** FileHash's column. */
    private static final int LONGEST_NAME = 256;

    /** Why an object cannot be had, whatever S3 says, or null. */
    Failure impossible(Item item) {
        int length = item.name().codePointCount(0, item.name().length());
        if (length > LONGEST_NAME) {
            return new Failure(Failure.Kind.NAME_TOO_LONG,
                    "the name has " + length + " characters, and the table's column " + LONGEST_NAME);
        }
        if (item.size() > bytes) {
            return new Failure(Failure.Kind.TOO_LARGE, "the object has " + item.size() + " bytes, and FILES_BYTES is "
                    + bytes + ": it must be at least " + item.size());
        }
        return null;
    }
}
