package filehash.program;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * A failure that repeats. It is logged when it starts, once a minute with its count, and when it is over, so that an
 * outage of hours does not fill the log. Safe for use by several threads.
 */
public final class Trouble {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** A different failure is logged earlier, but two that alternate must not fill the log. */
    private static final long NEWS = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final String what;
    private long count;
    private long loggedAt;
    private String logged = "";

    /** @param what fails, with its address: "etcd at http://10.0.0.1:2379" */
    public Trouble(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    public synchronized void failed(String how) {
        count++;
        long now = System.nanoTime();
        if (count == 1 || now - loggedAt >= (how.equals(logged) ? MINUTE : NEWS)) {
            log.warn("{}: {}{}", what, how, count == 1 ? "" : " (failed " + count + " times)");
            loggedAt = now;
            logged = how;
        }
    }

    public synchronized void over() {
        if (count > 0) {
            log.info("{}: works again, after {}", what, Plural.of(count, "failure"));
            count = 0;
            logged = "";
        }
    }

    /** The current failure, or null. */
    public synchronized String now() {
        return count == 0 ? null : what + ": " + logged;
    }
}
