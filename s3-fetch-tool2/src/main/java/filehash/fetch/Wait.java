package filehash.fetch;

import filehash.fetch.transfer.Download;

/**
 * What the fetcher's loop waits for. The names are label values of a metric, by which a dashboard names what bounds the
 * work: S3, a setting of this program, or the hasher.
 */
enum Wait {
    /** Responses of S3 to GETs. */
    S3("s3"),
    /** The next page of the listing: there are free connections, and no name to request. */
    LISTING("s3"),
    /** S3, which throttles: requests wait because the limit was cut. */
    THROTTLE("s3"),
    /** A limit of /conf on requests or bytes per second. */
    LIMIT("limit"),
    /** FILES_LIMIT: unfinished downloads hold most of the entries. */
    WINDOW("window"),
    /** FILES_BYTES: unfinished downloads hold most of it. */
    BYTES("window"),
    /** file-hasher2: what waits for it holds most of the entries or bytes, or it has not begun the job. */
    HASHER(null),
    /** The disk under files/, which is full. */
    DISK("files");

    private final String cause;

    Wait(String cause) {
        this.cause = cause;
    }

    /** What bounds the work where this is the longest wait; null for the other sibling, which knows. */
    String cause() {
        return cause;
    }

    /**
     * The cause for which no further object can be published or requested now.
     *
     * @param next the size of the next object, or -1 if it is not known yet
     */
    static Wait of(Capacity capacity, Entries entries, Downloads running, long next) {
        Download head = running.first();
        if (head != null && head.stream() != null && head.stream().isFull()) {
            return HASHER;
        }
        if (entries.size() + running.files() >= capacity.files()) {
            return 2 * entries.size() >= capacity.files() ? HASHER : WINDOW;
        }
        if (!running.hasBytes(Math.max(0, next))) {
            return 2 * entries.bytes() >= capacity.bytes() ? HASHER : BYTES;
        }
        if (!running.hasPlace(next) && !capacity.runsAhead(next, true)) { // a small one waits for memory instead
            return WINDOW;
        }
        return next < 0 && running.size() < capacity.connections() ? LISTING : S3;
    }
}
