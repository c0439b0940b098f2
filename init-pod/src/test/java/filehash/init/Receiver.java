package filehash.init;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import filehash.backends.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that receives webhooks; a test decides how it answers. */
final class Receiver implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private final InetSocketAddress address;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private HttpServer server;

    /** One post. */
    record Message(String target, String body, String id, String timestamp, String signature, String authorization) {
    }

    private Receiver(InetSocketAddress address) {
        this.address = address;
    }

    static Receiver open() throws IOException {
        return closed().listen();
    }

    /** Refuses connections for now. */
    static Receiver closed() throws IOException {
        return new Receiver(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()));
    }

    Receiver listen() throws IOException {
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        return this;
    }

    /** The next answers; then 200. */
    synchronized Receiver answers(int... statuses) {
        for (int status : statuses) {
            answers.add(status);
        }
        return this;
    }

    /** Answers nothing until it is let go. */
    Receiver hold() {
        held = new CountDownLatch(1);
        return this;
    }

    void letGo() {
        held.countDown();
    }

    String url() {
        return "http://127.0.0.1:" + address.getPort();
    }

    int port() {
        return address.getPort();
    }

    List<Message> messages() {
        return messages;
    }

    private synchronized int next() {
        return answers.isEmpty() ? 200 : answers.poll();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            messages.add(new Message(exchange.getRequestMethod() + " " + exchange.getRequestURI(), body,
                    header(exchange, "webhook-id"), header(exchange, "webhook-timestamp"),
                    header(exchange, "webhook-signature"), header(exchange, "Authorization")));
            held.await();
            exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
            exchange.sendResponseHeaders(next(), -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the test is over
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        if (server != null) {
            server.stop(0);
        }
    }
}
