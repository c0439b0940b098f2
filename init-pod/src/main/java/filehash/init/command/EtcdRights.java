package filehash.init.command;

import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import java.io.IOException;

/**
 * Finds out what etcd lets this user do, without writing: etcd judges the rights to all operations of a transaction
 * before it looks at the comparisons, and these never hold.
 */
final class EtcdRights {
    private final EtcdSession session;

    EtcdRights(EtcdSession session) {
        this.session = session;
    }

    /** @throws IOException that says which right is missing */
    String check(String folder, boolean read, boolean write) throws IOException, InterruptedException {
        Range range = folder.endsWith("/") ? Range.any(folder, 0) : Range.key(folder);
        Snapshot[] found = {null};
        String refused = read ? refusal(() -> found[0] = session.tried(() -> session.etcd().read(range))) : null;
        if (refused != null) {
            throw new IOException("may not read it");
        }
        String key = folder.endsWith("/") ? folder + "check" : folder;
        if (write && refusal(() -> session.tried(() -> session.etcd().txn("check " + folder)
                .ifModified(key, Long.MAX_VALUE).put(key, "").commit())) != null) {
            throw new IOException("may read it, but not write");
        }
        return (write ? "may read and write" : "may read") + (found[0].keys().isEmpty() ? ", nothing is there" : "");
    }

    /** What etcd answers if this user lacks a right to the step; null if it does not. */
    static String refusal(EtcdSession.Step<?> step) throws IOException, InterruptedException {
        try {
            step.take();
            return null;
        } catch (IOException e) {
            if (e.getMessage().contains("permission denied")) {
                return e.getMessage();
            }
            throw e;
        }
    }
}
