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
import java.util.function.LongConsumer;
import org.slf4j.LoggerFactory;

/**
 * The session with MySQL, and the only layer that retries. If the outcome of a transaction is unknown, the transaction
 * runs again from its first statement. So that statement must find out whether the first run was committed: it is a
 * locking read or a compare-and-set, which waits until the server has decided the transaction in doubt, if that has
 * begun. A batch in one packet may begin later; it then fails at its own compare-and-set, because the repeated batch
 * has changed the row. The session outlives an attempt, so that the next one need not connect. Owned by one thread.
 */
public final class Database implements AutoCloseable {
    /** A session that was idle for longer may be lost, so it is pinged before use. */
    private static final long FRESH = Duration.ofSeconds(1).toNanos();
    /** How long an outage of DNS may last; after that the host name counts as wrong. */
    private static final Duration UNKNOWN_HOST = Duration.ofMinutes(10);
    /** The tables are checked again after this time. */
    private static final long CHECKED = Duration.ofMinutes(5).toNanos();
    /**
     * After so many failed packets of several statements in a row the next session sends one statement at a time,
     * because some proxies end the connection at such a packet. The downside is that two outages look the same.
     */
    private static final int MOST_PACKETS = 2;

    private final Conf.MySql mysql;
    private final String url;
    private final Properties properties;
    private final Trouble trouble;
    private final Runnable failed;
    private final LongConsumer took;
    private final Duration unknownHost;
    private Session session;
    private long usedAt;
    /** When the host was first unknown to DNS, without a success since; or null. */
    private Long unknownSince;
    /** How many packets of several statements have failed in a row, over all sessions. */
    private int failedPackets;
    /** Whether the last failure was the failure of such a packet. */
    private boolean inPacket;
    private Schema schema;
    private String checkedFor;
    private long checkedAt;

    /** The statements of one transaction; they all run again after a failure that passes. */
    interface Transaction<T> {
        T run(Session session) throws SQLException, GiveUp;
    }

    /**
     * @param failed is called for each failure that is retried
     * @param took receives the nanoseconds of each transaction, also of one that failed
     */
    public Database(Conf.MySql mysql, Runnable failed, LongConsumer took) throws GiveUp {
        this(mysql, failed, took, UNKNOWN_HOST);
    }

    /** @param unknownHost how long a host may be unknown to DNS */
    Database(Conf.MySql mysql, Runnable failed, LongConsumer took, Duration unknownHost) throws GiveUp {
        this.mysql = mysql;
        this.unknownHost = unknownHost;
        this.url = Address.url(mysql);
        this.properties = Address.properties(mysql);
        this.failed = failed;
        this.took = took;
        this.trouble = new Trouble(LoggerFactory.getLogger(Database.class), Address.text(mysql));
    }

    public boolean isAt(Conf.MySql other) {
        return mysql.equals(other);
    }

    /**
     * Creates and checks the tables at the first attempt for a run, because users replace them between runs. The other
     * attempts rely on that check; after an error the next one checks again.
     */
    Schema prepareSchema(Attempt attempt) throws GiveUp, Attempt.Halted, IOException, InterruptedException {
        unknownSince = null; // a halted attempt may have set it long ago
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
                // an error that does not pass may be the packet's: it comes again if the statement is sent alone
                if (isUnknownForLong(e) || !passes && !inPacket) {
                    failedPackets = 0;
                    unknownSince = null; // the next attempt waits for the host as long
                    throw GiveUp.conf(SqlFault.text(e));
                }
                trouble.failed(SqlFault.text(e));
                failed.run();
            }
            attempt.pause(backoff.next());
        }
    }

    /** Tries once, also after the attempt was halted. A failure is logged. */
    void once(Attempt attempt, Transaction<?> work) {
        try {
            committed(attempt, work);
        } catch (SQLException e) {
            trouble.failed(SqlFault.text(e));
            failed.run();
        } catch (GiveUp e) {
            trouble.failed(e.getMessage());
        }
    }

    @Override
    public void close() {
        discard();
    }

    /** Never leaves a session with an open transaction behind. */
    private <T> T committed(Attempt attempt, Transaction<T> work) throws SQLException, GiveUp {
        boolean done = false;
        long began = System.nanoTime();
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
            failedPackets = 0; // this session keeps its way of sending, the next one tries packets
            return result;
        } finally {
            took.accept(System.nanoTime() - began);
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
                trouble.failed("cannot close the session: " + SqlFault.text(e)); // the server ends it in 30 s
            }
            session = null;
        }
    }
}
