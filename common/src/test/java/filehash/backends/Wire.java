package filehash.backends;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A proxy to a server on loopback that tests can hold and cut. Held bytes arrive later and in order, as TCP delivers
 * them after a network fault. Held requests still reach the server after {@link #cutClients}: so a COMMIT can arrive
 * after its client has seen the connection die.
 */
public final class Wire implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int LONGEST_MILLIS = (int) Await.BOUND.toMillis();
    private static final int BACKLOG = 128;

    private final InetSocketAddress target;
    private final int port;
    private volatile Gate requests = new Gate();
    private final Gate answers = new Gate();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> servers = ConcurrentHashMap.newKeySet();
    private final InetAddress listens;
    private final AtomicInteger roundTrips = new AtomicInteger();
    private volatile boolean answered = true;
    private volatile UnaryOperator<byte[]> first = bytes -> bytes;
    private volatile UnaryOperator<byte[]> each = bytes -> bytes;
    private ServerSocket listener;
    private Thread accepting;

    public Wire(String host, int port) throws IOException {
        this(host, port, InetAddress.getLoopbackAddress());
    }

    /** @param listens the address of the machine to listen on */
    public Wire(String host, int port, InetAddress listens) throws IOException {
        this.target = new InetSocketAddress(host, port);
        this.listens = listens;
        this.port = Ports.free();
        accept();
    }

    public int port() {
        return port;
    }

    /** Listens again after {@link #refuse}. */
    public synchronized void accept() throws IOException {
        ServerSocket mine = new ServerSocket();
        mine.setReuseAddress(true);
        mine.bind(new InetSocketAddress(listens, port), BACKLOG);
        listener = mine;
        accepting = daemon("wire-accept", () -> acceptAll(mine));
    }

    /** Refuses new connections; open ones stay. */
    public synchronized void refuse() throws IOException {
        listener.close();
        try {
            accepting.join(LONGEST_MILLIS); // until then the kernel still accepts connections
        } catch (InterruptedException e) {
            throw new IOException("interrupted on the wire", e);
        }
        Await.until("nobody can connect", Await.BOUND, this::isRefused);
    }

    /** While a child of this JVM has not run its program yet, it has the socket too, and the kernel still accepts. */
    private boolean isRefused() throws IOException {
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(listens, port));
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    /** Resets all open connections, at both ends. */
    public void cut() {
        // clients first, or they would see the plain end that the servers' threads pass on; and only the connections
        // that are open now, or a client that reconnects at once would be reset too
        Stream.concat(clients.stream(), servers.stream()).toList().forEach(this::reset);
    }

    /** Resets only the clients' ends: the server still receives what they have sent. */
    public void cutClients() {
        clients.forEach(this::reset);
    }

    /** Becomes a black hole: it accepts connections and keeps them open, but forwards nothing until {@link #pass}. */
    public void hold() {
        holdRequests();
        holdAnswers();
    }

    public void holdRequests() {
        requests.hold();
    }

    /**
     * Lets connections pass that open from now on; the others stay held.
     *
     * @return forwards the held requests
     */
    public Runnable leaveHeld() {
        Gate left = requests;
        requests = new Gate();
        return left::pass;
    }

    /**
     * Resets the clients' ends once a request of theirs is held. Connections that open from now on pass.
     *
     * @return forwards the held requests
     */
    public Runnable cutOnceHeld() {
        Await.until("a request is on the wire", Await.BOUND, () -> held() > 0);
        Runnable left = leaveHeld();
        cutClients();
        return left;
    }

    public void holdAnswers() {
        answers.hold();
    }

    public void pass() {
        requests.pass();
        answers.pass();
    }

    /** How many bytes are held on the way to the servers; shows a test that its request was sent. */
    public long held() {
        return requests.waiting();
    }

    /** How many connections have clients open. */
    public int connections() {
        return clients.size();
    }

    /** How often a client has sent something after an answer of the server. */
    public int roundTrips() {
        return roundTrips.get();
    }

    /** Changes the first bytes of each client, like a proxy that speaks for it. */
    public void changeFirst(UnaryOperator<byte[]> change) {
        first = change;
    }

    /** Changes each piece of up to 16 KiB that a client sends; the change may also cut the wire. */
    public void changeRequests(UnaryOperator<byte[]> change) {
        each = change;
    }

    /** Delays each piece of up to 16 KiB. */
    public void delay(Duration delay) {
        requests.delay(delay);
        answers.delay(delay);
    }

    /** Cuts all connections once, after so many further bytes from the servers. */
    public void cutAfterAnswers(long bytes) {
        answers.allow(bytes);
    }

    /** Cuts all connections once, after so many further bytes to the servers. */
    public void cutAfterRequests(long bytes) {
        requests.allow(bytes);
    }

    @Override
    public void close() throws IOException {
        refuse();
        cut();
        pass();
    }

    private void acceptAll(ServerSocket mine) {
        while (!mine.isClosed()) {
            try {
                Socket client = mine.accept();
                clients.add(client);
                daemon("wire-connect", () -> connect(client));
            } catch (IOException e) { // the listener is closed, or this client gave up
                continue;
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        try {
            server.connect(target, LONGEST_MILLIS);
            server.setTcpNoDelay(true); // otherwise an answer in several pieces waits for an acknowledgement
            client.setTcpNoDelay(true);
        } catch (IOException e) { // the server is down, and the client sees that
            reset(client);
            return;
        }
        servers.add(server);
        AtomicInteger directions = new AtomicInteger(2);
        Runnable end = () -> {
            if (directions.decrementAndGet() == 0) {
                reset(client);
                reset(server);
            }
        };
        daemon("wire-requests", () -> pump(client, server, requests, end));
        daemon("wire-answers", () -> pump(server, client, answers, end));
    }

    private void pump(Socket from, Socket to, Gate gate, Runnable end) {
        byte[] chunk = new byte[CHUNK_BYTES];
        boolean asks = gate != answers;
        UnaryOperator<byte[]> change = asks ? first : bytes -> bytes;
        try {
            for (int n = read(from, chunk); n >= 0; n = read(from, chunk)) {
                roundTrips.addAndGet(asks && answered ? 1 : 0);
                answered = !asks;
                byte[] changed = change.apply(Arrays.copyOf(chunk, gate.take(n)));
                to.getOutputStream().write(asks ? each.apply(changed) : changed);
                change = bytes -> bytes;
                if (gate.isSpent()) {
                    cut();
                }
            }
            to.shutdownOutput();
        } catch (IOException e) { // the receiver is gone, so the sender must see an error
            reset(from);
        } finally {
            end.run();
        }
    }

    /** A reset counts as an end: all bytes before it were forwarded. */
    private static int read(Socket from, byte[] chunk) {
        try {
            return from.getInputStream().read(chunk);
        } catch (IOException e) { // see above
            return -1;
        }
    }

    private void reset(Socket socket) {
        clients.remove(socket);
        servers.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) { // it is already closed
            return;
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One direction; shared by all its connections. */
    private static final class Gate {
        private boolean held;
        private long left = Long.MAX_VALUE;
        private long delayMillis;
        private long waiting;

        synchronized void hold() {
            held = true;
        }

        synchronized void pass() {
            held = false;
            notifyAll();
        }

        synchronized void delay(Duration delay) {
            delayMillis = delay.toMillis();
        }

        synchronized void allow(long bytes) {
            left = bytes;
        }

        /** Waits until bytes may pass; returns how many of these. */
        int take(int bytes) throws IOException {
            try {
                Thread.sleep(delayMillis());
                return takeNow(bytes);
            } catch (InterruptedException e) {
                throw new IOException("interrupted on the wire", e);
            }
        }

        private synchronized int takeNow(int bytes) throws InterruptedException {
            waiting += bytes;
            while (held) {
                wait();
            }
            waiting -= bytes;
            int taken = (int) Math.min(bytes, left);
            left -= left == Long.MAX_VALUE ? 0 : taken;
            return taken;
        }

        synchronized long waiting() {
            return waiting;
        }

        /** Returns true once, after the last allowed byte. */
        synchronized boolean isSpent() {
            if (left > 0) {
                return false;
            }
            left = Long.MAX_VALUE;
            return true;
        }

        private synchronized long delayMillis() {
            return delayMillis;
        }
    }
}
