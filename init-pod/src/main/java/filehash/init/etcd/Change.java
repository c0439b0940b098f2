package filehash.init.etcd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one revision put and deleted below a watched key.
 *
 * @param put values by the last part of their key: what follows the last slash
 * @param deleted the last parts of the keys
 */
public record Change(long revision, Map<String, String> put, Set<String> deleted) {
    Change(long revision) {
        this(revision, new HashMap<>(), new HashSet<>());
    }
}
