package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.pod.Failure;
import filehash.pod.GiveUp;

/**
 * How much files/ holds, and how many requests are sent at once, as the settings of the pod say.
 *
 * @param files FILES_LIMIT: the most entries, unfinished ones included
 * @param bytes FILES_BYTES: the most bytes of all entries and segments, and of objects that wait in memory
 * @param segment SEGMENT_BYTES: a larger object, or one larger than FILES_BYTES, crosses files/ in segments
 * @param connections S3_CONNECTIONS: the most concurrent requests
 */
record Capacity(int files, long bytes, long segment, int connections) {
    /** The heap that objects in memory may occupy together. */
    static final long MEMORY = 16 << 20;
    /** An object of at most this size is fetched into memory and needs no entry before it is complete. */
    static final long SMALL = 256 << 10;
    /** So is one of at most this size if it would have to wait for an entry. */
    static final long MEDIUM = 1 << 20;
    /** So many objects share FILES_BYTES, unless it is small. */
    private static final int SHARES = 8;
    /** One of so many entries, and of connections. The others stay free for what comes first. */
    private static final int PASSING = 4;
    private static final int MOST_SEGMENTS = 8;
    private static final long NO_SEGMENTS = Long.MAX_VALUE;

    Capacity {
        bytes = Math.max(2, bytes); // one segment can arrive while another one is hashed
    }

    /** For a hasher that takes no segments. */
    Capacity withoutSegments() {
        return new Capacity(files, bytes, NO_SEGMENTS, connections);
    }

    boolean isStreamed(long size) {
        return size > Math.min(segment, bytes);
    }

    /**
     * Whether an object of this size is fetched into memory, ahead of its turn.
     *
     * @param entry whether it could have an entry at once
     */
    boolean runsAhead(long size, boolean entry) {
        return size <= (entry ? SMALL : MEDIUM) && !isStreamed(size);
    }

    /** How many larger objects may be under way if one of them has small ones before it that wait in memory. */
    int passing() {
        return Math.min(files, connections) / PASSING;
    }

    /** The bytes of a segment: more for an object that would otherwise have more segments than can be counted. */
    long segmentSize(long size) {
        return Math.max(Math.min(segment, bytes / 2), size / Integer.MAX_VALUE + 1);
    }

    /** How many segments of an object of this size may exist at any time. */
    int segments(long size) {
        return (int) Math.max(2, Math.min(MOST_SEGMENTS, bytes / SHARES / segmentSize(size)));
    }

    /** The most bytes that an object of this size has in files/ or in memory at any time. */
    long reserve(long size) {
        return isStreamed(size) ? Math.min(Math.min(size, bytes), segments(size) * segmentSize(size)) : size;
    }

    /** Returns why an object fails without a request, or null. */
    Failure impossible(Item item) throws GiveUp {
        if (segment == NO_SEGMENTS && isStreamed(item.size())) {
            throw GiveUp.job("'" + item.name() + "' has more bytes than FILES_BYTES, and this file-hasher2 is of a "
                    + "version that takes no segments");
        }
        return Failure.ofLongName(item.name());
    }
}
