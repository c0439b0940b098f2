package filehash.init.search;

import java.time.Duration;

/**
 * Says when a line of the log is due about something that lasts: after a while, and then each time that it has lasted
 * twice as long, so that hours take a dozen lines. Owned by one thread.
 */
public final class Reminders {
    private final Duration first;
    private Duration next;

    public Reminders(Duration first) {
        this.first = first;
        this.next = first;
    }

    /** @return whether to write a line now */
    public boolean due(Duration lasted) {
        boolean due = lasted.compareTo(next) >= 0;
        if (due) {
            next = lasted.multipliedBy(2);
        }
        return due;
    }

    /** @return whether a line was due since it began; it is over now */
    public boolean end() {
        boolean reminded = next.compareTo(first) > 0;
        next = first;
        return reminded;
    }
}
