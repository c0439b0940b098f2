package filehash.fetch.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One connection. Owned by the thread whose request it carries; any thread may close it, also while it is opened. */
final class Connection {
    /** What proxies answer to a user, or to a server, that they do not let pass. */
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 404, 405, 407, 451);

    private final Route route;
    private final UnaryOperator<InputStream> heads;
    private final UnaryOperator<InputStream> bodies;
    /** Below TLS: to close it never waits. */
    private volatile Socket raw;
    private volatile boolean closed;
    private Input input;
    private OutputStream output;
    private boolean used;
    private long idleSince;

    /**
     * @param heads the same stream, such that its bytes are counted
     * @param bodies the same, which may also wait until they are allowed
     */
    Connection(Route route, UnaryOperator<InputStream> heads, UnaryOperator<InputStream> bodies) {
        this.route = route;
        this.heads = heads;
        this.bodies = bodies;
    }

    /** Opens the connection, unless it is open. */
    void open() throws IOException {
        if (input == null) {
            Route.Hop hop = route.firstHop();
            connect(hop);
            begin(hop);
        }
    }

    /** Connects to the first address that accepts. What fails later is not the fault of the address. */
    private void connect(Route.Hop hop) throws IOException {
        IOException failure = new ConnectException("cannot connect to " + hop);
        for (InetAddress address : InetAddress.getAllByName(hop.name())) {
            try {
                connect(new InetSocketAddress(address, hop.port()));
                return;
            } catch (IOException e) {
                raw.close();
                failure = new ConnectException(failure.getMessage() + ": " + e.getMessage());
                failure.initCause(e);
            }
        }
        throw failure;
    }

    private void connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        raw = socket;
        if (closed) {
            throw new SocketException("closed");
        }
        socket.connect(address, (int) route.connect().toMillis());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) route.silence().toMillis());
    }

    private void begin(Route.Hop hop) throws IOException {
        Socket socket = hop.tls() ? tls(raw, hop) : raw;
        if (route.isTunnelled()) {
            use(socket);
            requestTunnel();
            socket = tls(socket, route.server());
        }
        use(socket);
    }

    private void use(Socket socket) throws IOException {
        InputStream all = socket.getInputStream();
        input = new Input(heads.apply(all), bodies.apply(all), route.silence());
        output = socket.getOutputStream();
    }

    private Socket tls(Socket below, Route.Hop hop) throws IOException {
        SSLSocket socket = (SSLSocket) route.tls().createSocket(below, hop.name(), hop.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private void requestTunnel() throws IOException {
        Route.Hop server = route.server();
        write("CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n" + route.authorization() + "\r\n");
        Head head = Head.read(input);
        if (head.status() / 100 != 2) {
            String answer = "the proxy " + route.proxy() + " answers " + head.status() + " to a request to connect to "
                    + server;
            throw REFUSALS.contains(head.status()) ? new NoTunnel(answer) : new IOException(answer);
        }
    }

    /**
     * Sends a request and waits for the first byte of its response.
     *
     * @return false if the server had closed the connection after an earlier response
     */
    boolean send(String request) throws IOException {
        try {
            write(request);
            if (input.await()) {
                return true;
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!used) {
                throw e;
            }
            return false;
        }
        if (!used) {
            throw new EOFException("the server closed the connection without a response");
        }
        return false;
    }

    private void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether bytes came after the last response: they would be taken for the next. TLS may send such on its own. */
    boolean isDirty() {
        try {
            return !input.isEmpty() || !route.server().tls() && raw.getInputStream().available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    Input input() {
        return input;
    }

    /** The response has been read whole. */
    void rest() {
        used = true;
        idleSince = System.nanoTime();
    }

    long idleSince() {
        return idleSince;
    }

    void close() {
        closed = true;
        Socket socket = raw;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) { // it is of no use any more
                return;
            }
        }
    }
}
