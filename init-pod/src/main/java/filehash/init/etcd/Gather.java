package filehash.init.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** Groups keys, which arrive in order, by their folder. Not thread-safe. */
public final class Gather implements Consumer<Snapshot.Key> {
    private final Function<Snapshot.Key, String> folderOf;
    private final BiConsumer<String, List<Snapshot.Key>> each;
    private List<Snapshot.Key> keys = new ArrayList<>();
    private String folder;

    /**
     * @param folderOf returns null for a key without a folder
     * @param each receives a folder after its last key
     */
    public Gather(Function<Snapshot.Key, String> folderOf, BiConsumer<String, List<Snapshot.Key>> each) {
        this.folderOf = folderOf;
        this.each = each;
    }

    @Override
    public void accept(Snapshot.Key key) {
        String its = folderOf.apply(key);
        if (its != null && !its.equals(folder)) {
            end();
            folder = its;
        }
        if (its != null) {
            keys.add(key);
        }
    }

    /** There are no more keys. */
    public void end() {
        if (folder != null) {
            each.accept(folder, keys);
        }
        folder = null;
        keys = new ArrayList<>();
    }
}
