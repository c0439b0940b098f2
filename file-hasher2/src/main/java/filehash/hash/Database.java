package filehash.hash;

import com.mysql.cj.jdbc.Driver;
import filehash.pod.Backoff;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.Trouble;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * The session with MySQL, and the one layer that tries again. A transaction whose outcome is unknown is run again from
 * its beginning, so each of them must begin with what tells it whether it came through: a locking read or a
 * compare-and-set, which wait until the server has settled the one in doubt. One thread's.
 */
final class Database implements AutoCloseable {
    /** Without use for longer, a session may be gone, and is asked before it is used. */
    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    private static final int VALID_SECONDS = 5;

    /**
     * What transactions rely on. The server ends a session that says nothing for 30 s, so that a frozen or cut-off
     * pod does not hold a row's lock for hours; lock waits end before the socket's timeout, to be tried again.
     */
    private static final String SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
            + "wait_timeout = 30, net_read_timeout = 30, net_write_timeout = 30, "
            + "lock_wait_timeout = 5, innodb_lock_wait_timeout = 5";

    private final String url;
    private final Properties properties;
    private final Duty duty;
    private final Trouble trouble;
    private Connection session;
    private long usedAt;

    /** What is done in one transaction; run again as a whole if it fails for a while. */
    interface Transaction<T> {
        T run(Connection session) throws SQLException, GiveUp;
    }

    Database(Conf.MySql mysql, Duty duty) throws GiveUp {
        this.url = Address.url(mysql);
        this.properties = Address.properties(mysql);
        this.duty = duty;
        this.trouble = new Trouble(LoggerFactory.getLogger(Database.class), Address.shown(mysql));
    }

    <T> T transaction(Transaction<T> work) throws GiveUp, Halted, IOException, InterruptedException {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
        while (true) {
            duty.check();
            try {
                T result = work.run(opened());
                duty.step("commit");
                session.commit();
                usedAt = System.nanoTime();
                duty.step("committed");
                trouble.over();
                return result;
            } catch (SQLException e) {
                discard();
                if (!SqlFault.mayPass(e)) {
                    throw GiveUp.conf(SqlFault.told(e));
                }
                trouble.failed(SqlFault.told(e));
            }
            duty.pause(backoff.next());
        }
    }

    @Override
    public void close() {
        discard();
    }

    private Connection opened() throws SQLException {
        if (session != null && System.nanoTime() - usedAt > FRESH && !session.isValid(VALID_SECONDS)) {
            discard();
        }
        if (session == null) {
            duty.step("connect");
            session = new Driver().connect(url, properties);
            session.setAutoCommit(false);
            session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = session.createStatement()) {
                statement.execute(SESSION);
            }
        }
        return session;
    }

    /** The server rolls back what was not committed. */
    private void discard() {
        if (session != null) {
            try {
                session.abort(Runnable::run);
            } catch (SQLException e) {
                trouble.failed("closing the session: " + SqlFault.told(e)); // the server ends it after wait_timeout
            }
            session = null;
        }
    }
}
