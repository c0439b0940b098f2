package filehash.init.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;

/**
 * A range of keys to read, with values or only names.
 *
 * @param end the first key after the range; null to read the start alone
 * @param limit 0 for no limit
 * @param revision 0 for the latest
 */
public record Range(String start, String end, boolean values, int limit, long revision) {
    public static Range key(String key) {
        return new Range(key, null, true, 0, 0);
    }

    public static Range folder(String folder) {
        return new Range(folder, end(folder), true, 0, 0);
    }

    public static Range names(String folder) {
        return new Range(folder, end(folder), false, 0, 0);
    }

    /** One name of a folder, as of a revision: to see whether it has any. */
    public static Range any(String folder, long revision) {
        return new Range(folder, end(folder), false, 1, revision);
    }

    /** The first key after all that are in a folder. */
    static String end(String folder) {
        return folder.substring(0, folder.length() - 1) + (char) ('/' + 1);
    }

    /** Limits it to so many keys, as of a revision. */
    public Range page(int keys, long asOf) {
        return new Range(start, end, values, keys, asOf);
    }

    /** The part after a key. */
    public Range after(String key) {
        return new Range(key + '\0', end, values, limit, revision);
    }

    Op op() {
        return op(Etcd.bytes(start));
    }

    /** The part that begins at a key, which need not be UTF-8. */
    Op op(ByteSequence from) {
        GetOption.Builder option = GetOption.builder().withKeysOnly(!values).withLimit(limit)
                .withRevision(revision);
        return Op.get(from, (end == null ? option : option.withRange(Etcd.bytes(end))).build());
    }
}
