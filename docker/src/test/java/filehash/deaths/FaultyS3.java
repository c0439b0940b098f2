package filehash.deaths;

import filehash.backends.FakeExchange;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** A {@link FakeS3} whose faults last until they are switched off. Safe for use by several threads. */
final class FaultyS3 implements AutoCloseable {
    static final String BUCKET = FakeS3.BUCKET;

    private static final DateTimeFormatter SIGNED_AT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);
    private static final Duration MOST_SKEW = Duration.ofMinutes(15);

    private final FakeS3 server = FakeS3.open();
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private volatile boolean denying;
    private volatile double storm;
    private volatile double cutting;
    private volatile Duration ahead = Duration.ZERO;
    private volatile Duration latency = Duration.ZERO;
    private volatile Function<String, Duration> slowness = key -> Duration.ZERO;
    private volatile long paceNanos;
    /** The prefix whose LISTs are held, or null. */
    private volatile String held;
    private volatile boolean holds;
    private long nextAt = System.nanoTime();

    FaultyS3() {
        server.fails(this::strikes);
    }

    int port() {
        return server.endpoint().getPort();
    }

    void put(String key) {
        server.objects().put(key, FakeObject.of(Objects.content(key)));
    }

    void remove(String key) {
        server.objects().remove(key);
    }

    /** From now on this object is refused with this code of S3's. */
    void refuse(String key, String code) {
        refused.put(key, code);
    }

    /** Lists all objects, and gives none of them. */
    void deny(boolean all) {
        denying = all;
    }

    /** Answers 503 to this share of all requests. */
    void storm(double share) {
        storm = share;
    }

    /** Sets its clock ahead of true time. Like S3 it refuses a request whose time differs by more than 15 minutes. */
    void clock(Duration by) {
        ahead = by;
    }

    /** Breaks off this share of all bodies. */
    void cut(double share) {
        cutting = share;
    }

    /** Takes so long for each request. */
    void delay(Duration time) {
        latency = time;
    }

    /** Takes so long for an object. */
    void delay(Function<String, Duration> time) {
        slowness = time;
    }

    /** Gives at most so many objects a second, to all clients together; 0 for no limit. */
    void pace(int objectsPerSecond) {
        paceNanos = objectsPerSecond == 0 ? 0 : 1_000_000_000L / objectsPerSecond;
    }

    /** Gives at most so many names on a page. */
    void pagesOf(int names) {
        server.pagesOf(names);
    }

    /** Answers no LIST of this folder. */
    void holdListsOf(String root) {
        holds = false;
        held = root + "/";
    }

    void letListsGo() {
        held = null;
    }

    /** Whether a LIST is held. */
    boolean holdsLists() {
        return holds;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private boolean strikes(FakeExchange exchange) throws IOException, InterruptedException {
        Pause.of(latency);
        if (ThreadLocalRandom.current().nextDouble() < storm) {
            return refuse(exchange, 503, "SlowDown");
        }
        Instant signed = SIGNED_AT.parse(exchange.header("x-amz-date"), Instant::from);
        if (Duration.between(signed, Instant.now().plus(ahead)).abs().compareTo(MOST_SKEW) > 0) {
            return refuse(exchange, 403, "RequestTimeTooSkewed");
        }
        if (exchange.key() == null) {
            awaitRelease(exchange.query().get("prefix"));
        }
        if (exchange.object() == null) { // a page, or an object that is gone
            return false;
        }
        String code = denying ? "AccessDenied" : refused.get(exchange.key());
        return code == null ? delaysOrCuts(exchange) : refuse(exchange, 403, code);
    }

    private boolean delaysOrCuts(FakeExchange exchange) throws IOException, InterruptedException {
        Pause.of(slowness.apply(exchange.key()).plusNanos(turn()));
        if (ThreadLocalRandom.current().nextDouble() >= cutting) {
            return false;
        }
        byte[] body = exchange.asked();
        exchange.sendHead(exchange.header("Range") == null ? 200 : 206, exchange.objectHeaders(), body.length);
        exchange.write(body, body.length / 2);
        exchange.end();
        return true;
    }

    private void awaitRelease(String prefix) throws InterruptedException {
        while (prefix.equals(held)) {
            holds = true;
            Pause.of(Duration.ofMillis(5));
        }
    }

    /** How long this object has to wait for its turn, in nanoseconds. */
    private synchronized long turn() {
        long now = System.nanoTime();
        nextAt = Math.max(now, nextAt + paceNanos);
        return nextAt - now;
    }

    private static boolean refuse(FakeExchange exchange, int status, String code) throws IOException {
        exchange.sendError(status, code, "as the scenario demands");
        return true;
    }
}
