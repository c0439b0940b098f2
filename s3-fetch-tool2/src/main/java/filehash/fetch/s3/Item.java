package filehash.fetch.s3;

/**
 * An object as it is to be fetched: this version of it and no other.
 *
 * @param name its key after the root
 * @param etag which version, in quotes; null where the server names none
 * @param changed whether it was another version that was listed
 * @param corrupt whether it was fetched before and came with another checksum than S3's own
 * @param refusals how many times S3 refused it before, and gave others after that
 * @param refusedAt when the first of them was answered
 */
public record Item(String name, long size, String etag, boolean changed, boolean corrupt, int refusals,
        long refusedAt) {
    public Item {
        etag = plain(etag);
    }

    /** As S3 writes it: other servers leave out the quotes, or mark it as weak, or list an empty one. */
    static String plain(String etag) {
        String bare = etag == null ? "" : etag.replaceFirst("^W/", "").replace("\"", "");
        return bare.isEmpty() ? null : '"' + bare + '"';
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

    /** @param at when it was refused */
    public Item afterRefusal(long at) {
        return new Item(name, size, etag, changed, corrupt, refusals + 1, refusals == 0 ? at : refusedAt);
    }

    /** As if S3 had never refused it. */
    public Item notRefused() {
        return new Item(name, size, etag, changed, corrupt, 0, 0);
    }
}
