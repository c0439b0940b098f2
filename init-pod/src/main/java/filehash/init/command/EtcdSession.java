package filehash.init.command;

import filehash.init.etcd.Etcd;
import filehash.init.tree.Tree;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;

/** The connection of a command to etcd, by the settings of a pod. */
final class EtcdSession implements AutoCloseable {
    /** How often each member of etcd is tried. */
    private static final int TRIES = 3;

    private final Settings settings;
    private final Etcd etcd;

    private EtcdSession(Settings settings, Etcd etcd) {
        this.settings = settings;
        this.etcd = etcd;
    }

    /** One thing that a command does in etcd; it may be repeated. */
    interface Step<T> {
        T take() throws IOException, InterruptedException;
    }

    /** @throws IllegalArgumentException that names the wrong settings */
    static EtcdSession open(Shell shell) throws IOException {
        Settings settings = Settings.read(shell.environment(), 0);
        return new EtcdSession(settings, Etcd.open(settings, Etcd.Line.DIRECT, new StopSignal()));
    }

    Etcd etcd() {
        return etcd;
    }

    /** How large the segments are of what s3-fetch-tool2 downloads, if it has the same settings. */
    long segmentBytes() {
        return settings.segmentBytes();
    }

    Tree tree() {
        return new Tree(settings.etcdPrefix());
    }

    /**
     * Each failure moves on to the next of ETCD_ENDPOINTS: so a member that is away does not matter. On a busy machine
     * the first call of a process may take longer than its deadline, so each member is tried several times.
     */
    <T> T tried(Step<T> step) throws IOException, InterruptedException {
        int tries = TRIES * settings.etcdEndpoints().size();
        while (true) {
            try {
                return step.take();
            } catch (IOException e) {
                tries--;
                if (tries <= 0) {
                    throw new IOException(e.getMessage() + "\nETCD_ENDPOINTS is " + endpoints()
                            + ". filehash check shows what does not work.", e);
                }
            }
        }
    }

    private String endpoints() {
        return String.join(",", settings.etcdEndpoints().stream().map(Object::toString).toList());
    }

    @Override
    public void close() {
        etcd.close();
    }
}
