package filehash.fetch.s3;

/**
 * An object in one version, and what earlier tries of it have shown.
 *
 * @param name its key without the root
 * @param etag its version, in quotes; null if the server names none
 * @param changed whether LIST named another version
 * @param corrupt whether its checksum differed from S3's the last time
 * @param refusals how many times S3 refused it and sent another object after that
 * @param refusedAt when the first of these refusals arrived
 */
public record Item(String name, long size, String etag, boolean changed, boolean corrupt, int refusals,
        long refusedAt) {
    private static final String WEAK = "W/";

    public Item {
        etag = plain(etag);
    }

    /**
     * Normalizes an ETag to S3's form. Other servers omit the quotes, mark it as weak or list an empty one. One that is
     * not ASCII cannot be sent back in a header, so it counts as none.
     */
    static String plain(String etag) {
        String strong = etag == null ? "" : etag.startsWith(WEAK) ? etag.substring(WEAK.length()) : etag;
        String bare = strong.replace("\"", "");
        return bare.isEmpty() || !isAscii(bare) ? null : '"' + bare + '"';
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    public static Item listed(String name, long size, String etag) {
        return new Item(name, size, etag, false, false, 0, 0);
    }

    Item inVersion(long newSize, String newEtag) {
        return new Item(name, newSize, newEtag, true, false, refusals, refusedAt);
    }

    public Item afterCorruption() {
        return new Item(name, size, etag, changed, true, refusals, refusedAt);
    }

    /** @param at when the refusal arrived */
    public Item afterRefusal(long at) {
        return new Item(name, size, etag, changed, corrupt, refusals + 1, refusals == 0 ? at : refusedAt);
    }

    /** Forgets earlier refusals. */
    public Item notRefused() {
        return new Item(name, size, etag, changed, corrupt, 0, 0);
    }
}
