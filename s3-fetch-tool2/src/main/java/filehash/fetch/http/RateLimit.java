package filehash.fetch.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limit on a rate, such as requests per second, which may change at any time. Threads that exceed it wait in the
 * order in which they came; only the first of them waits for tokens. Thread-safe.
 */
public final class RateLimit {
    private final ReentrantLock turn = new ReentrantLock(true);
    private final TokenBucket bucket = new TokenBucket();
    private volatile boolean limited;
    private volatile boolean exceeded;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param perSecond 0 for no limit */
    public synchronized void set(double perSecond) {
        bucket.limit(perSecond, System.nanoTime());
        limited = bucket.isLimited();
        notifyAll();
    }

    public boolean isSet() {
        return limited;
    }

    /** Whether a thread waits because of it. */
    public boolean isExceeded() {
        return limited && exceeded && waiting.get() > 0; // the last to be interrupted may leave the mark
    }

    /** How many of so many to take at once. */
    synchronized int most(int wanted) {
        return bucket.most(wanted);
    }

    /** Takes some, and waits before until that is allowed. */
    public void take(int tokens) throws IOException {
        if (!limited) {
            return;
        }
        waiting.incrementAndGet();
        try {
            turn.lockInterruptibly();
            try {
                await(tokens);
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a limit of /conf was exceeded")
                    .initCause(e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Takes some without waiting. Those who take later wait until they are paid for. */
    synchronized void charge(int tokens) {
        bucket.take(tokens);
    }

    private synchronized void await(int tokens) throws InterruptedException {
        try {
            for (long pause = pause(tokens); pause > 0; pause = pause(tokens)) {
                exceeded = true;
                TimeUnit.NANOSECONDS.timedWait(this, pause);
            }
            bucket.take(tokens);
        } finally {
            exceeded = turn.hasQueuedThreads();
        }
    }

    private long pause(int tokens) {
        return bucket.pause(bucket.most(tokens), System.nanoTime());
    }

    synchronized void giveBack(int tokens) {
        bucket.take(-tokens);
        notifyAll();
    }
}
