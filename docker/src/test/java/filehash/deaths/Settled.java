package filehash.deaths;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Waits until no problem is left, or returns those that stay. */
final class Settled {
    private static final int PAUSE_MILLIS = 100;

    private Settled() {
    }

    static List<String> await(Duration time, Callable<List<String>> problems) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (true) {
            List<String> found;
            try {
                found = problems.call();
            } catch (Exception e) { // as wrong as anything else, if it stays
                found = List.of("cannot look: " + e);
            }
            if (found.isEmpty() || System.nanoTime() > end) {
                return found;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
