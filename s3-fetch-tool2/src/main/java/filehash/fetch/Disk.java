package filehash.fetch;

import filehash.program.Backoff;
import filehash.program.Trouble;
import java.time.Duration;
import org.slf4j.Logger;

/** Paces the tries to write while the disk under files/ is full. Owned by one thread. */
final class Disk {
    private final Trouble trouble;
    private final Backoff pace = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private long triedAgainAt = System.nanoTime();

    Disk(Logger log) {
        trouble = new Trouble(log, "files/");
    }

    void failed(String how) {
        trouble.failed(how);
    }

    /** Postpones all writing for a while, because there is no room. */
    void pause() {
        triedAgainAt = System.nanoTime() + pace.next().toNanos();
    }

    void works() {
        trouble.over();
        pace.reset();
    }

    boolean pauses() {
        return System.nanoTime() - triedAgainAt < 0;
    }

    boolean fails() {
        return trouble.now() != null;
    }
}
