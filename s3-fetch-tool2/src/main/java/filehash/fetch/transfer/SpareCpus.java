package filehash.fetch.transfer;

import com.sun.management.OperatingSystemMXBean;
import filehash.fetch.s3.Refusal;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** How many of them no large object uses, and whether they have time. Safe for use by several threads. */
public final class SpareCpus {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final long LARGE = 64L << 20;
    private static final long SOON = Duration.ofMillis(20).toNanos();
    private static final long LATER = Duration.ofMillis(100).toNanos();
    private static final double BUSY = 0.75;

    private final int count;
    private final LongSupplier clock;
    private final DoubleSupplier load;
    private long since;
    private int users;

    public SpareCpus() {
        this(Runtime.getRuntime().availableProcessors(), System::nanoTime, SYSTEM::getCpuLoad);
    }

    /** @param load of all of them since it was asked for last, from 0 to 1; anything else where it is not known */
    public SpareCpus(int count, LongSupplier clock, DoubleSupplier load) {
        this.count = count;
        this.clock = clock;
        this.load = load;
    }

    public Outcome use(Download.Work work) throws Refusal, InterruptedException {
        users(1);
        try {
            return work.run();
        } finally {
            users(-1);
        }
    }

    private synchronized void users(int more) {
        users += more;
    }

    synchronized int free() {
        return Math.max(0, count - users);
    }

    /** What was before does not count for {@link #areIdle}. */
    synchronized void watch() {
        since = clock.getAsLong();
        load.getAsDouble();
    }

    /**
     * Whether they were for a while; said once of each while, and false in between.
     *
     * @param size of the object for which another connection would join: a small one has come before long
     */
    synchronized boolean areIdle(long size) {
        long now = clock.getAsLong();
        if (now - since < (size < LARGE ? SOON : LATER)) {
            return false;
        }
        since = now;
        return !(load.getAsDouble() >= BUSY);
    }
}
