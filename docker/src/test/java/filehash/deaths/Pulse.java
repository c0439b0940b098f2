package filehash.deaths;

import java.sql.SQLException;
import java.time.Duration;

/** Measures the longest time without a stored object while there is work. A thread of its own. */
final class Pulse implements AutoCloseable {
    private static final int PAUSE_MILLIS = 250;

    private final AuditSql sql;
    private final Thread thread = new Thread(this::run, "pulse");
    private volatile long stored;
    private volatile long changedAt = System.nanoTime();
    private volatile long longestNanos;
    private volatile boolean ended;

    Pulse(AuditSql sql) {
        this.sql = sql;
        thread.setDaemon(true);
        thread.start();
    }

    long stored() {
        return stored;
    }

    Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    /** How long nothing has been stored. */
    Duration still() {
        return Duration.ofNanos(System.nanoTime() - changedAt);
    }

    /** All is done: what comes now does not count. */
    @Override
    public void close() {
        ended = true;
    }

    private void run() {
        while (!ended) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                look(sql.stored());
            } catch (SQLException e) {
                continue; // MySQL is away: the time goes on
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(long now) {
        if (now != stored && !ended) {
            longestNanos = Math.max(longestNanos, System.nanoTime() - changedAt);
            stored = now;
            changedAt = System.nanoTime();
        }
    }
}
