package filehash.init;

import filehash.pod.Stop;
import java.time.Duration;

/** What the main thread waits at for news; rung before the wait, it is heard all the same. Safe for several threads. */
final class Bell {
    /** How soon a signal to end is seen. */
    private static final Duration PEEK = Duration.ofMillis(50);

    private boolean rung;

    synchronized void ring() {
        rung = true;
        notifyAll();
    }

    /** Waits for the bell, the signal to end, or until the time is over: whether it was rung. */
    synchronized boolean await(Duration time, Stop signal) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        long left = time.toNanos();
        while (!rung && left > 0 && !signal.requested()) {
            wait(Math.max(1, Math.min(PEEK.toMillis(), left / 1_000_000)));
            left = end - System.nanoTime();
        }
        boolean heard = rung;
        rung = false;
        return heard;
    }
}
