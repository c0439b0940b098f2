package filehash.pod;

import filehash.program.StopSignal;
import filehash.program.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second program of the same name out of a shared directory, because two pods on one volume would overwrite
 * each other's files. It locks &lt;program&gt;.lock; the kernel releases the lock when the process ends. If the file
 * system has no locks, or the lock fails for another reason, the program logs a warning and works without it.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
    /** The container's last program may still be ending: SIGTERM gives it 9 s. */
    private static final Duration LONGEST_END = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException if another program of this name keeps the lock for 10 s or until the signal */
    public static DirectoryLock take(SharedDirectory directory, String program, StopSignal signal)
            throws IOException, InterruptedException {
        return take(directory, program, signal, LONGEST_END);
    }

    /** @param longestEnd how long to wait until the last program has ended; only tests state another time */
    static DirectoryLock take(SharedDirectory directory, String program, StopSignal signal, Duration longestEnd)
            throws IOException, InterruptedException {
        Path file = directory.path(program + ".lock");
        DirectoryLock lock = open(file);
        long begun = System.nanoTime();
        boolean waits = false;
        while (!lock.isOurs(file)) {
            if (!waits) {
                LOG.info("{} waits until the last {} has ended and unlocked {}", program, program, file);
                waits = true;
            }
            if (System.nanoTime() - begun > longestEnd.toNanos()) {
                lock.close();
                throw new IOException("another " + program + " works in this directory and has locked " + file
                        + ": each pod needs a volume of its own");
            }
            if (signal.await(LOOK)) {
                lock.close();
                throw new IOException("stopped while another " + program + " had locked " + file);
            }
        }
        return lock;
    }

    private static DirectoryLock open(Path file) {
        try {
            return new DirectoryLock(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        } catch (IOException e) {
            goOnWithout(file, e);
            return new DirectoryLock(null);
        }
    }

    private boolean isOurs(Path file) {
        try {
            return channel == null || channel.tryLock() != null;
        } catch (OverlappingFileLockException e) { // this process has the lock
            return false;
        } catch (IOException e) {
            goOnWithout(file, e);
            return true;
        }
    }

    private static void goOnWithout(Path file, IOException e) {
        LOG.warn("cannot lock {}, so a second pod on this volume would go unnoticed: {}", file, WholeFile.reason(e));
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
