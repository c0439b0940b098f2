package filehash.init;

import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keys of etcd as they stood at one revision. Immutable. */
record Snapshot(long revision, NavigableMap<String, Key> keys) {

    /**
     * One key.
     *
     * @param value as it stands; null where it is not UTF-8, and empty where only the names were asked for
     * @param created the revision that created it
     * @param modified the revision that last wrote it
     * @param version how often it was written since it was created
     * @param lease what it is bound to, or 0
     */
    record Key(String name, String value, long created, long modified, long version, long lease) {
        /** The value may be a secret. */
        @Override
        public String toString() {
            return name;
        }
    }

    static Snapshot of(long revision, List<Key> keys) {
        NavigableMap<String, Key> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key.name(), key));
        return new Snapshot(revision, sorted);
    }

    boolean has(String name) {
        return keys.containsKey(name);
    }

    /** The value; null where the key is absent, or holds no text. */
    String value(String name) {
        return has(name) ? keys.get(name).value() : null;
    }

    /** The revision that last wrote the key, or 0 where it is absent: as a transaction compares it. */
    long modified(String name) {
        return has(name) ? keys.get(name).modified() : 0;
    }

    /** The revision that created the key, or 0 where it is absent. */
    long created(String name) {
        return has(name) ? keys.get(name).created() : 0;
    }

    /** How often the key was written since it was created, or 0 where it is absent. */
    long version(String name) {
        return has(name) ? keys.get(name).version() : 0;
    }

    /** What the key is bound to, or 0. */
    long lease(String name) {
        return has(name) ? keys.get(name).lease() : 0;
    }

    SortedMap<String, Key> below(String folder) {
        return keys.subMap(folder, Tree.end(folder));
    }
}
