package filehash.fetch.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Keeps connections open between requests, as many as were in use at once. It repeats a request only if the server had
 * closed the connection while it was idle. The downside of a client of our own is that it speaks HTTP/1.1 only.
 * Thread-safe.
 */
public final class GetClient implements Gets {
    /** Longer than any pause within a job, shorter than servers and balancers keep an idle connection. */
    private static final long LONGEST_IDLE = Duration.ofSeconds(15).toNanos();

    private final Route route;
    private final UnaryOperator<InputStream> heads;
    private final UnaryOperator<InputStream> bodies;
    private final String host;
    /** The one used last first, so that those not needed grow old. */
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A client whose responses are read at most as fast as the quota allows; its caller counts the requests. */
    public GetClient(Route route, Quota quota) {
        this(route, quota::charged, quota::limited);
    }

    private GetClient(Route route, UnaryOperator<InputStream> heads, UnaryOperator<InputStream> bodies) {
        this.route = route;
        this.heads = heads;
        this.bodies = bodies;
        this.host = "Host: " + route.server().authority() + "\r\n"
                + (route.isForwarded() ? route.authorization() : "");
    }

    /** A client whose responses count, and do not wait. */
    public static GetClient charging(Route route, Quota quota) {
        return new GetClient(route, quota::charged, quota::charged);
    }

    @Override
    public Response get(String path, Map<String, String> headers, Consumer<Runnable> begins) throws IOException {
        String request = request(path, headers);
        Exchange exchange = new Exchange();
        begins.accept(exchange);
        Connection connection = sent(request, exchange);
        try {
            Head head = Head.read(connection.input());
            return new Response(head.status(), head.headers(), new ResponseBody(connection.input(), head,
                    () -> whole(exchange, connection, head.keepsAlive()), () -> end(exchange, connection)));
        } catch (IOException e) {
            end(exchange, connection);
            throw e;
        }
    }

    private Connection sent(String request, Exchange exchange) throws IOException {
        Connection kept = kept();
        if (kept != null && trySend(request, exchange, kept)) {
            return kept;
        }
        Connection opened = new Connection(route, heads, bodies);
        open.add(opened);
        trySend(request, exchange, opened);
        return opened;
    }

    /**
     * Sends the request by this connection, and closes the connection if that fails.
     *
     * @return whether a response begins
     */
    private boolean trySend(String request, Exchange exchange, Connection connection) throws IOException {
        boolean sent = false;
        try {
            exchange.hold(connection);
            if (closed) {
                throw Exchange.aborted();
            }
            connection.open();
            sent = connection.send(request);
            return sent;
        } finally {
            if (!sent) {
                end(exchange, connection);
            }
        }
    }

    private String request(String path, Map<String, String> headers) throws ProtocolException {
        StringBuilder request = new StringBuilder(512).append("GET ");
        if (route.isForwarded()) {
            request.append("http://").append(route.server().authority());
        }
        request.append(path).append(" HTTP/1.1\r\n").append(host);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String value = header.getValue();
            requireOneLine(header.getKey(), value);
            request.append(header.getKey()).append(": ").append(value).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    private static void requireOneLine(String name, String value) throws ProtocolException {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > 0xff) {
                throw new ProtocolException("the header " + name + " cannot be sent");
            }
        }
    }

    private Connection kept() {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            if (System.nanoTime() - connection.idleSince() < LONGEST_IDLE && !connection.isDirty()) {
                return connection;
            }
            drop(connection);
        }
        return null;
    }

    private void whole(Exchange exchange, Connection connection, boolean keepsAlive) {
        if (!exchange.letGo(connection) || !keepsAlive) {
            drop(connection);
            return;
        }
        connection.rest();
        idle.push(connection);
        if (closed) {
            drop(connection);
        }
    }

    private void end(Exchange exchange, Connection connection) {
        exchange.letGo(connection);
        drop(connection);
    }

    private void drop(Connection connection) {
        open.remove(connection);
        connection.close();
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(this::drop);
    }
}
