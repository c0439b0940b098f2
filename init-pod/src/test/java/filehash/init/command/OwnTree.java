package filehash.init.command;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** The session of a command on a tree that no other test uses. */
record OwnTree(EtcdSession session) implements AutoCloseable {
    static OwnTree open() throws IOException {
        return new OwnTree(EtcdSession.open(new Shell(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint(),
                "ETCD_PREFIX", "own-" + UUID.randomUUID()), System.out, System.err, null, false, false)));
    }

    Snapshot read(Range... ranges) {
        return Await.answer("the test reads", () -> session.etcd().read(ranges));
    }

    void put(String key, String value) {
        Await.until("the test writes", Await.BOUND, () -> session.etcd().txn("put").put(key, value).commit());
    }

    @Override
    public void close() {
        session.close();
    }
}
