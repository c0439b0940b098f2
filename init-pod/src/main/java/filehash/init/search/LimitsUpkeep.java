package filehash.init.search;

import filehash.init.claim.Shares;
import filehash.job.RateLimits;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;

/**
 * Keeps limits.json right while this pod works: before conf.json is written, every four seconds, and a second after a
 * change, because pods that begin together do not see each other at first. A wrong value in /conf leaves the former
 * limits in force; meanwhile the pod claims nothing further, as with any other wrong value there. Main thread only.
 */
public final class LimitsUpkeep {
    private static final long PAUSE = Duration.ofSeconds(4).toNanos();
    private static final long SOON = Duration.ofSeconds(1).toNanos();

    private final Shares shares;
    private final SharedDirectory directory;
    private final Trouble wrong;
    private final Trouble etcd;
    private long dueAt = System.nanoTime();

    /**
     * @param wrong reports a wrong value
     * @param etcd reports a failed call
     */
    public LimitsUpkeep(Shares shares, SharedDirectory directory, Trouble wrong, Trouble etcd) {
        this.shares = shares;
        this.directory = directory;
        this.wrong = wrong;
        this.etcd = etcd;
    }

    /** Takes over the limits of /conf if that is due. */
    void step() throws InterruptedException {
        if (System.nanoTime() - dueAt < 0) {
            return;
        }
        dueAt = System.nanoTime() + SOON;
        try {
            RateLimits now = shares.take();
            boolean changed = !now.equals(directory.read(PodFile.LIMITS).orElse(RateLimits.NONE));
            if (changed) {
                directory.write(PodFile.LIMITS, now);
            }
            wrong.over();
            dueAt = System.nanoTime() + (changed ? SOON : PAUSE);
        } catch (IllegalArgumentException e) {
            wrong.failed(e.getMessage());
        } catch (IOException e) {
            etcd.failed(e.getMessage());
        }
    }
}
