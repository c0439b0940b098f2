package filehash.program;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The HTTP server for the kubelet and Prometheus. /healthz reports whether the program's own loop still runs; it
 * ignores the health of dependencies, which a restart would not fix. /readyz reports what prevents work, /metrics the
 * counters. Safe for use by several threads.
 */
public final class Health implements AutoCloseable {
    /** Longer than any single wait of the loop. */
    private static final Duration LONGEST_STEP = Duration.ofSeconds(60);
    private static final int THREADS = 4;
    /** So many requests of other paths are answered at once, by other threads: slow viewers do not delay /healthz. */
    private static final int VIEWERS = 16;

    static {
        // a client that sends half a request, or does not read its answer, holds a thread for so long; set before the
        // server's class reads it
        System.setProperty("sun.net.httpserver.maxReqTime", "2");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Metrics metrics = new Metrics();
    private final Semaphore viewers = new Semaphore(VIEWERS);
    private volatile long beatAt = System.nanoTime();
    private volatile Runnable onBeat = () -> {};

    private Health(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens on all addresses, or not at all if the port is 0.
     *
     * @param problem returns what prevents work now, or null
     */
    public static Health serve(int port, Supplier<String> problem) throws IOException {
        if (port == 0) {
            return new Health(null, null);
        }
        return serve(new InetSocketAddress(port), "HTTP_PORT " + port, problem);
    }

    /** @param name the address, as an error names it */
    public static Health serve(InetSocketAddress address, String name, Supplier<String> problem) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(address, 16);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + name + ": " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + VIEWERS, Threads.named("http-"));
        Health health = new Health(server, threads);
        server.setExecutor(threads);
        server.createContext("/healthz", exchange -> probe(exchange, health.stuck()));
        server.createContext("/readyz", exchange -> probe(exchange, problem.get()));
        server.createContext("/metrics", exchange -> answer(exchange, text(200, health.metrics.text())));
        server.start();
        return health;
    }

    /**
     * What a further path answers.
     *
     * @param headers beside Content-Type
     */
    public record Answer(int status, String type, byte[] body, Map<String, String> headers) {
    }

    /** Adds a path, which is answered to GET and HEAD. The function takes the query of the URL, as it was sent. */
    public void answer(String path, Function<String, Answer> answers) {
        server.createContext(path, exchange -> {
            if (!viewers.tryAcquire()) {
                answer(exchange, plain(503, "too many viewers at once"));
                return;
            }
            try {
                boolean here = exchange.getRequestURI().getRawPath().equals(path);
                boolean reads = exchange.getRequestMethod().matches("GET|HEAD");
                answer(exchange, !here ? plain(404, "not found") : !reads ? plain(405, "only GET and HEAD")
                        : answers.apply(exchange.getRequestURI().getRawQuery()));
            } finally {
                viewers.release();
            }
        });
    }

    /** The loop calls this at each of its steps. */
    public void beat() {
        beatAt = System.nanoTime();
        onBeat.run();
    }

    /** Sets what else runs at each step, in the thread of the loop. */
    public void onBeat(Runnable what) {
        onBeat = what;
    }

    /** The counters of /metrics; they exist even if the port is 0. */
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private String stuck() {
        Duration still = Duration.ofNanos(System.nanoTime() - beatAt);
        return still.compareTo(LONGEST_STEP) < 0 ? null : "no step for " + still.toSeconds() + " s";
    }

    private static void probe(HttpExchange exchange, String problem) throws IOException {
        answer(exchange, plain(problem == null ? 200 : 503, problem == null ? "ok" : problem));
    }

    private static Answer plain(int status, String line) {
        return text(status, line + "\n");
    }

    private static Answer text(int status, String text) {
        return new Answer(status, Metrics.CONTENT_TYPE, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            answer.headers.forEach(exchange.getResponseHeaders()::set);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status, head ? -1 : answer.body.length);
            if (!head) {
                exchange.getResponseBody().write(answer.body);
            }
        }
    }
}
