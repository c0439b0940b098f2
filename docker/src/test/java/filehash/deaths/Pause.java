package filehash.deaths;

import java.time.Duration;
import java.util.Random;

/** How long a fault lasts. Scenarios await what must happen, and never expect that it has happened after a pause. */
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
