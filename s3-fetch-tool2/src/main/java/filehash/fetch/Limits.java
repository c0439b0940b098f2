package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.pod.Failure;

/**
 * The limits of files/ and of concurrent requests.
 *
 * @param files FILES_LIMIT: the most entries, unfinished ones included
 * @param bytes FILES_BYTES: the most bytes of all entries, and of objects that wait in memory
 * @param connections S3_CONNECTIONS: the most concurrent requests
 */
record Limits(int files, long bytes, int connections) {
    /** An object of at most this size is fetched into memory and needs no entry before it is complete. */
    static final long SMALL = 256 << 10;
    /** The heap that such objects may occupy together. */
    static final long MEMORY = 16 << 20;

    /** Returns why an object fails without a request, or null. */
    Failure impossible(Item item) {
        Failure tooLong = Failure.ofLongName(item.name());
        if (tooLong != null || item.size() <= bytes) {
            return tooLong;
        }
        return new Failure(Failure.Kind.TOO_LARGE, "the object has " + item.size() + " bytes, and FILES_BYTES is "
                + bytes + ": it must be at least " + item.size());
    }
}
