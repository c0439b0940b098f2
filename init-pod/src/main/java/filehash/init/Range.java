package filehash.init;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;

/**
 * What to read: from a key to before another, with values or only names.
 *
 * @param end null for the one key
 * @param limit 0 for all
 * @param revision 0 for now
 */
record Range(String start, String end, boolean values, int limit, long revision) {
    static Range key(String key) {
        return new Range(key, null, true, 0, 0);
    }

    static Range folder(String folder) {
        return new Range(folder, Tree.end(folder), true, 0, 0);
    }

    static Range names(String folder) {
        return new Range(folder, Tree.end(folder), false, 0, 0);
    }

    /** One name out of a folder, as of a revision: tells whether there is any. */
    static Range any(String folder, long revision) {
        return new Range(folder, Tree.end(folder), false, 1, revision);
    }

    /** So many keys of it at most, as of a revision. */
    Range page(int keys, long asOf) {
        return new Range(start, end, values, keys, asOf);
    }

    Op op() {
        return op(Etcd.bytes(start));
    }

    /** The part that begins at a key, which need not be text. */
    Op op(ByteSequence from) {
        GetOption.Builder option = GetOption.builder().withKeysOnly(!values).withLimit(limit)
                .withRevision(revision);
        return Op.get(from, (end == null ? option : option.withRange(Etcd.bytes(end))).build());
    }
}
