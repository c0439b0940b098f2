package filehash.fetch.transfer;

import com.sun.management.OperatingSystemMXBean;
import filehash.fetch.s3.Refusal;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Tracks how many CPUs no large object is using, and whether the machine has CPU to spare. Thread-safe. */
public final class SpareCpus {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final long BETWEEN = Duration.ofMillis(20).toNanos();
    private static final double BUSY = 0.75;

    private final int count;
    private final LongSupplier clock;
    private final DoubleSupplier load;
    private long since;
    private int users;

    public SpareCpus() {
        this(Runtime.getRuntime().availableProcessors(), System::nanoTime, SYSTEM::getCpuLoad);
    }

    /** @param load of all CPUs since its last call, from 0 to 1; any other value if it is not known */
    public SpareCpus(int count, LongSupplier clock, DoubleSupplier load) {
        this.count = count;
        this.clock = clock;
        this.load = load;
    }

    public Outcome use(Work work) throws Refusal, InterruptedException {
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

    /** Starts a measurement for {@link #areIdle}. */
    synchronized void watch() {
        since = clock.getAsLong();
        load.getAsDouble();
    }

    /**
     * True if CPU load was below 75 % since the last measurement. Measures at most every 20 ms, and returns false in
     * between. The downside is that under a CPU quota so short a measurement is too low, and too many connections join.
     */
    synchronized boolean areIdle() {
        long now = clock.getAsLong();
        if (now - since < BETWEEN) {
            return false;
        }
        since = now;
        return !(load.getAsDouble() >= BUSY);
    }
}
