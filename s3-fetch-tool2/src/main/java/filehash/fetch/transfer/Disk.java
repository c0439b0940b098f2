package filehash.fetch.transfer;

import filehash.program.Backoff;
import filehash.program.StopSignal;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
    private long failedAt = System.nanoTime();
    /** The objects that were neither written nor published since a try failed: on a full disk others may get room. */
    private final Map<String, Lack> lacks = new HashMap<>();

    private record Lack(long since, long failedAt) {
    }

    public Disk(Logger log) {
        this(log, LONG);
    }

    /** @param longest if the tries for an object fail over a longer time, it lacks room for long */
    public Disk(Logger log, Duration longest) {
        this.trouble = new Trouble(log, "files/");
        this.longest = longest;
    }

    /** Postpones all writing for a while, because there is no room. */
    public synchronized void failed(IOException why) {
        problem = advice.isEmpty() ? why.toString() : why + ", " + advice;
        trouble.failed(problem);
        failedAt = System.nanoTime();
        full = true;
        if (!pauses()) { // else it failed beside the one for which it pauses
            triedAgainAt = failedAt + pace.next().toNanos();
        }
    }

    /** The same, and there is no room for this object. */
    public synchronized void failed(String name, IOException why) {
        failed(why);
        lacks.merge(name, new Lack(failedAt, failedAt), (first, last) -> new Lack(first.since, last.failedAt));
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
    synchronized void works() {
        full = false;
        advice = "";
        if (System.nanoTime() - failedAt > CALM.toNanos()) {
            trouble.over();
            pace.reset();
        }
    }

    /** This object got room. */
    public synchronized void works(String name) {
        works();
        lacks.remove(name);
    }

    public synchronized boolean pauses() {
        return System.nanoTime() - triedAgainAt < 0;
    }

    /** Whether the last write failed. */
    public synchronized boolean isFull() {
        return full;
    }

    public synchronized boolean lacksRoom(String name) {
        return lacks.containsKey(name);
    }

    /** Whether all tries for this object have failed for long, whatever was written for others. */
    public synchronized boolean lacksRoomForLong(String name) {
        Lack lack = lacks.get(name);
        return lack != null && lack.failedAt - lack.since > longest.toNanos();
    }

    /** Whether this object, which found no room, has to wait before it tries again. */
    public synchronized boolean postpones(String name) {
        return pauses() && lacksRoom(name);
    }

    /**
     * Waits until the next try is due. That something else was written does not end the pause, or all that wait would
     * request what there is no room for.
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
        return !pauses() && (!isFull() || first.getAsBoolean());
    }
}
