package filehash.deaths;

import filehash.backends.EtcdServer;
import filehash.backends.MySqlServer;
import filehash.backends.Server;
import java.io.IOException;
import java.util.List;

/** etcd and MySQL of a whole series of runs: each run has a prefix and a database of its own in them. */
record Servers(EtcdServer etcd, MySqlServer mysql) implements AutoCloseable {
    static Servers start() throws IOException {
        EtcdServer etcd = EtcdServer.startOwn();
        try {
            return new Servers(etcd, MySqlServer.startOwn());
        } catch (IOException e) {
            etcd.close();
            throw e;
        }
    }

    /** Resets both, because a scenario that failed may leave them frozen or dead. */
    void heal() throws IOException {
        for (Server server : List.of(etcd, mysql)) {
            server.kill();
            server.start();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            etcd.close();
        } finally {
            mysql.close();
        }
    }
}
