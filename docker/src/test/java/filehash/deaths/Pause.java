package filehash.deaths;

import java.time.Duration;
import java.util.Random;

/** How long a fault lasts. Nothing is expected to have happened after it: what is expected is awaited. */
final class Pause {
    private Pause() {
    }

    static void of(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    static void upTo(Random random, Duration time) throws InterruptedException {
        Thread.sleep(random.nextLong(time.toMillis()));
    }
}
