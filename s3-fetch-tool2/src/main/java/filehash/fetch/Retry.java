package filehash.fetch;

import filehash.pod.Backoff;
import filehash.pod.Stop;
import filehash.pod.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * The one layer that tries S3, and the disk, again: for as long as it takes, because an outage is no object's fault.
 * Safe for use by several threads.
 */
final class Retry {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Trouble trouble;

    Retry(Trouble trouble) {
        this.trouble = trouble;
    }

    /** One request and all that belongs to it. */
    interface Step<T> {
        T run() throws IOException, Refusal;
    }

    /** @throws CancellationException when stopped */
    <T> T until(Stop stop, Step<T> step) throws Refusal, InterruptedException {
        Backoff backoff = new Backoff(FIRST, LONGEST);
        while (!stop.requested()) {
            try {
                T result = step.run();
                trouble.over();
                return result;
            } catch (IOException e) {
                if (!stop.requested()) {
                    trouble.failed(e.getMessage());
                }
            }
            stop.await(backoff.next());
        }
        throw new CancellationException("stopped");
    }
}
