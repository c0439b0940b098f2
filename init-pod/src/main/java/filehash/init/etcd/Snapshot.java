package filehash.init.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keys of etcd as they stood at one revision. Immutable. */
public record Snapshot(long revision, NavigableMap<String, Key> keys) {

    /**
     * One key.
     *
     * @param value null if it is not UTF-8, and empty if only names were read
     * @param created the revision that created it
     * @param modified the revision that last wrote it
     * @param version how often it was written since it was created
     * @param lease the lease that it is bound to, or 0
     */
    public record Key(String name, String value, long created, long modified, long version, long lease) {
        /** The value may be a secret. */
        @Override
        public String toString() {
            return name;
        }
    }

    public static Snapshot of(long revision, List<Key> keys) {
        NavigableMap<String, Key> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key.name(), key));
        return new Snapshot(revision, sorted);
    }

    /** The keys that a transaction read. */
    static Snapshot of(long revision, TxnResponse answer) {
        return of(revision, answer.getGetResponses().stream().flatMap(part -> keys(part).stream()).toList());
    }

    /** Leaves out keys that are not UTF-8: written back, they would be other keys. */
    static List<Key> keys(GetResponse part) {
        List<Key> keys = new ArrayList<>();
        for (KeyValue pair : part.getKvs()) {
            String name = pair.getKey().toString(StandardCharsets.UTF_8);
            if (Etcd.bytes(name).equals(pair.getKey())) {
                keys.add(new Key(name, text(pair.getValue()), pair.getCreateRevision(), pair.getModRevision(),
                        pair.getVersion(), pair.getLease()));
            }
        }
        return keys;
    }

    /** The text of these bytes, or null if they are not UTF-8. */
    private static String text(ByteSequence bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    public boolean has(String name) {
        return keys.containsKey(name);
    }

    /** The value; null if the key is absent or its value is not UTF-8. */
    public String value(String name) {
        return has(name) ? keys.get(name).value() : null;
    }

    /** The revision that last wrote the key, or 0 if it is absent, as a transaction compares it. */
    public long modified(String name) {
        return has(name) ? keys.get(name).modified() : 0;
    }

    /** The revision that created the key, or 0 if it is absent. */
    public long created(String name) {
        return has(name) ? keys.get(name).created() : 0;
    }

    /** How often the key was written since it was created, or 0 if it is absent. */
    public long version(String name) {
        return has(name) ? keys.get(name).version() : 0;
    }

    /** The lease that the key is bound to, or 0. */
    public long lease(String name) {
        return has(name) ? keys.get(name).lease() : 0;
    }

    public SortedMap<String, Key> below(String folder) {
        return keys.subMap(folder, Range.end(folder));
    }
}
