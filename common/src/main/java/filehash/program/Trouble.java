package filehash.program;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * A failure that repeats: told when it begins, then once a minute with its count, and when it is over. It lets an
 * outage of hours be seen in a log without filling it. Safe for use by several threads.
 */
public final class Trouble {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    /** Another failure of the same thing is news, but two that take turns are not. */
    private static final long NEWS = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final String what;
    private long count;
    private long toldAt;
    private String told = "";

    /** @param what the thing that fails, with its address: "etcd at http://10.0.0.1:2379" */
    public Trouble(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    public synchronized void failed(String how) {
        count++;
        long now = System.nanoTime();
        if (count == 1 || now - toldAt >= (how.equals(told) ? MINUTE : NEWS)) {
            log.warn("{}: {}{}", what, how, count == 1 ? "" : " (failed " + count + " times)");
            toldAt = now;
            told = how;
        }
    }

    public synchronized void over() {
        if (count > 0) {
            log.info("{}: works again, after {} failures", what, count);
            count = 0;
            told = "";
        }
    }

    /** What is wrong now, or null. */
    public synchronized String now() {
        return count == 0 ? null : what + ": " + told;
    }
}
