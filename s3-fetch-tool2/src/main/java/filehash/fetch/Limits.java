package filehash.fetch;

import filehash.pod.Failure;

/**
 * What may lie in files/ at once.
 *
 * @param files FILES_LIMIT: how many entries, those on their way included
 * @param bytes FILES_BYTES: how many bytes they may have together
 */
record Limits(int files, long bytes) {
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
