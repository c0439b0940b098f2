package filehash.fetch.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A request and its response. It holds a connection until the response has been read or the request is aborted,
 * whichever is first, so a late abort cannot hit the next request on that connection. Thread-safe.
 */
final class Exchange implements Runnable {
    private static final Connection ABORTED = new Connection(null, null, null);

    private final AtomicReference<Connection> held = new AtomicReference<>();

    /** @throws IOException if the request has been aborted */
    void hold(Connection connection) throws IOException {
        if (!held.compareAndSet(null, connection)) {
            throw aborted();
        }
    }

    /** Lets go of the connection. Returns false if the request has been aborted. */
    boolean letGo(Connection connection) {
        return held.compareAndSet(connection, null);
    }

    /** Aborts the request, from any thread. */
    @Override
    public void run() {
        Connection connection = held.getAndSet(ABORTED);
        if (connection != null) {
            connection.close();
        }
    }

    static IOException aborted() {
        return new InterruptedIOException("the request was aborted");
    }
}
