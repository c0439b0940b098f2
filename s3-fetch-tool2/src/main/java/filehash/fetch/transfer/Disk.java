package filehash.fetch.transfer;

import filehash.program.Backoff;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;

/** Paces the tries to write while the disk under files/ is full. Thread-safe. */
public final class Disk {
    /** A disk without room for so long may never have any unless later downloads give theirs back. */
    private static final Duration LONG = Duration.ofSeconds(5);
    /** On a disk that is nearly full, tries succeed between failures; it works when none has failed for so long. */
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Trouble trouble;
    private final Duration longest;
    private final Backoff pace = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private long triedAgainAt = System.nanoTime();
    private String advice = "";
    private String problem;
    private boolean full;
    private long fullSince;
    private long failedAt = System.nanoTime();

    public Disk(Logger log) {
        this(log, LONG);
    }

    /** @param longest if tries fail over a longer time, the disk is full for long */
    public Disk(Logger log, Duration longest) {
        this.trouble = new Trouble(log, "files/");
        this.longest = longest;
    }

    /** Postpones all writing for a while, because there is no room. */
    public synchronized void failed(IOException why) {
        problem = advice.isEmpty() ? why.toString() : why + ", " + advice;
        trouble.failed(problem);
        failedAt = System.nanoTime();
        if (!full) {
            full = true;
            fullSince = failedAt;
        }
        if (!pauses()) { // else it failed beside the one for which it pauses
            triedAgainAt = failedAt + pace.next().toNanos();
        }
    }

    /** Says what to do in each further line of the log. */
    public synchronized void advise(String what) {
        advice = what;
    }

    /** The failure that lasts, or null. */
    public synchronized String problem() {
        return full ? problem : null;
    }

    /** Something was written. */
    public synchronized void works() {
        full = false;
        advice = "";
        if (System.nanoTime() - failedAt > CALM.toNanos()) {
            trouble.over();
            pace.reset();
        }
    }

    public synchronized boolean pauses() {
        return System.nanoTime() - triedAgainAt < 0;
    }

    /** Whether the last write failed. */
    public synchronized boolean isFull() {
        return full;
    }

    /** Whether all tries have failed for long. */
    public synchronized boolean isFullForLong() {
        return full && failedAt - fullSince > longest.toNanos();
    }

    /**
     * Waits until the next try is due.
     *
     * @param first whether the caller may try while others, which also wait, may not
     */
    void await(BooleanSupplier first, StopSignal stop) throws InterruptedException {
        while (!mayTry(first)) {
            if (stop.await(LOOK)) {
                throw new CancellationException("stopped");
            }
        }
    }

    private boolean mayTry(BooleanSupplier first) {
        return !isFull() || !pauses() && first.getAsBoolean();
    }
}
