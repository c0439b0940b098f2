package filehash.hash.mysql;

import filehash.hash.job.Attempt;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.program.Backoff;
import filehash.program.Trouble;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * The session with MySQL, and the one layer that tries again. A transaction whose outcome is unknown is run again from
 * its beginning, so each of them must begin with what tells it whether it came through: a locking read or a
 * compare-and-set, which wait until the server has settled the one in doubt. It outlives an attempt, so that the next
 * one finds an open session. One thread's.
 */
public final class Database implements AutoCloseable {
    /** Without use for longer, a session may be gone, and is asked before it is used. */
    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    /** An outage of DNS may last so long; after that the name is taken to be wrong. */
    private static final Duration UNKNOWN_HOST = Duration.ofMinutes(10);
    /** The tables are looked at again after this time. */
    private static final long CHECKED = Duration.ofMinutes(5).toNanos();
    /**
     * A proxy may end the connection at each packet of several statements: after so many failures in a row the next
     * session sends one statement at a time. The downside is that two outages in a row do the same.
     */
    private static final int MOST_PACKETS = 2;

    private final Conf.MySql mysql;
    private final String url;
    private final Properties properties;
    private final Trouble trouble;
    private final Runnable failed;
    private final Duration unknownHost;
    private Session session;
    private long usedAt;
    /** The first failure since which DNS has not known the host, or null. */
    private Long unknownSince;
    /** How many packets of several statements have failed in a row, whatever sessions they were sent in. */
    private int failedPackets;
    /** Whether the last failure was that of such a packet. */
    private boolean inPacket;
    private Schema schema;
    private String checkedFor;
    private long checkedAt;

    /** What is done in one transaction; run again as a whole if it fails for a while. */
    interface Transaction<T> {
        T run(Session session) throws SQLException, GiveUp;
    }

    /** @param failed is called for each failure that passes */
    public Database(Conf.MySql mysql, Runnable failed) throws GiveUp {
        this(mysql, failed, UNKNOWN_HOST);
    }

    /** @param unknownHost how long a host is looked for that DNS does not know */
    Database(Conf.MySql mysql, Runnable failed, Duration unknownHost) throws GiveUp {
        this.mysql = mysql;
        this.unknownHost = unknownHost;
        this.url = Address.url(mysql);
        this.properties = Address.properties(mysql);
        this.failed = failed;
        this.trouble = new Trouble(LoggerFactory.getLogger(Database.class), Address.shown(mysql));
    }

    public boolean isAt(Conf.MySql other) {
        return mysql.equals(other);
    }

    /**
     * The tables, which are looked at, and made, at the first attempt for a run: between runs users replace them. The
     * other attempts rely on that; an error makes the next one look again.
     */
    Schema schema(Attempt attempt) throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        unknownSince = null; // an attempt that was halted may have left it long ago
        String run = attempt.id().run();
        if (schema == null || !run.equals(checkedFor) || System.nanoTime() - checkedAt > CHECKED) {
            schema = transaction(attempt, opened -> SchemaSetup.prepare(opened, attempt));
            checkedFor = run;
            checkedAt = System.nanoTime();
        }
        return schema;
    }

    <T> T transaction(Attempt attempt, Transaction<T> work)
            throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
        while (true) {
            attempt.check();
            try {
                return committed(attempt, work);
            } catch (SQLException e) {
                boolean passes = SqlFault.mayPass(e);
                failedPackets += !inPacket || SqlFault.isBusy(e) ? 0 : passes ? 1 : MOST_PACKETS;
                // a statement's own error comes again where it is sent alone
                if (isUnknownForLong(e) || !passes && !inPacket) {
                    failedPackets = 0;
                    unknownSince = null; // the next attempt looks for it as long
                    throw GiveUp.conf(SqlFault.told(e));
                }
                trouble.failed(SqlFault.told(e));
                failed.run();
            }
            attempt.pause(backoff.next());
        }
    }

    @Override
    public void close() {
        discard();
    }

    /** Leaves no session behind with a transaction in it, however it ends. */
    private <T> T committed(Attempt attempt, Transaction<T> work) throws SQLException, GiveUp {
        boolean done = false;
        inPacket = false;
        try {
            T result = work.run(opened(attempt));
            if (session.isOpen()) {
                attempt.step("commit");
                session.commit();
            }
            done = true;
            usedAt = System.nanoTime();
            attempt.step("committed");
            trouble.over();
            unknownSince = null;
            failedPackets = 0; // this session goes on as it is, the next one tries packets again
            return result;
        } finally {
            if (!done) {
                inPacket = session != null && session.isInPacket();
                discard();
            }
        }
    }

    private boolean isUnknownForLong(SQLException e) {
        if (!SqlFault.isUnknownHost(e)) {
            unknownSince = null;
            return false;
        }
        long now = System.nanoTime();
        unknownSince = unknownSince == null ? now : unknownSince;
        return now - unknownSince > unknownHost.toNanos();
    }

    private Session opened(Attempt attempt) throws SQLException {
        if (session != null && System.nanoTime() - usedAt > FRESH && !session.isAlive()) {
            discard();
        }
        if (session == null) {
            attempt.step("connect");
            session = Session.open(url, properties, failedPackets < MOST_PACKETS);
        }
        return session;
    }

    private void discard() {
        schema = null;
        if (session != null) {
            try {
                session.abort();
            } catch (SQLException e) {
                trouble.failed("closing the session: " + SqlFault.told(e)); // the server ends it in 30 s
            }
            session = null;
        }
    }
}
