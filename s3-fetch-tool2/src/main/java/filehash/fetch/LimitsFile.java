package filehash.fetch;

import filehash.fetch.http.Quota;
import filehash.job.RateLimits;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps to limits.json, which init-pod rewrites at any time. A file that cannot be read leaves the former limits. Owned
 * by one thread.
 */
final class LimitsFile {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsFile.class);
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final SharedDirectory directory;
    private final Quota quota;
    private final Trouble trouble = new Trouble(LOG, "limits.json");
    private RateLimits now = RateLimits.NONE;
    private long readAt;

    LimitsFile(SharedDirectory directory, Quota quota) {
        this.directory = directory;
        this.quota = quota;
    }

    /** Reads the file if it was not read for a second. */
    void look() {
        if (System.nanoTime() - readAt >= PAUSE) {
            read();
        }
    }

    void read() {
        readAt = System.nanoTime();
        try {
            set(directory.read(PodFile.LIMITS).orElse(RateLimits.NONE));
            trouble.over();
        } catch (IOException | IllegalArgumentException e) {
            trouble.failed(e.getMessage());
        }
    }

    private void set(RateLimits limits) {
        if (!limits.equals(now)) {
            now = limits;
            // a request that comes in between must not find both lifted, so the one that is in force comes first
            if (limits.bytesPerSecond() > 0) {
                quota.bytes().set(limits.bytesPerSecond());
                quota.requests().set(limits.requestsPerSecond());
            } else {
                quota.requests().set(limits.requestsPerSecond());
                quota.bytes().set(limits.bytesPerSecond());
            }
            LOG.info("this pod's share of the limits: {} requests and {} bytes per second; 0 is no limit",
                    limits.requestsPerSecond(), limits.bytesPerSecond());
        }
    }
}
