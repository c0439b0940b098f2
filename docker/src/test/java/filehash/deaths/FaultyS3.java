package filehash.deaths;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An S3 of one bucket that can be put in a bad mood: it lists, and gives objects that are made from their keys. Safe
 * for use by several threads.
 */
final class FaultyS3 implements AutoCloseable {
    static final String BUCKET = "bucket";

    private static final int PAGE = 1000;
    private static final DateTimeFormatter SIGNED_AT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);
    private static final Duration MOST_SKEW = Duration.ofMinutes(15);
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final NavigableMap<String, Long> sizes = new ConcurrentSkipListMap<>(Objects.ORDER);
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private volatile boolean denying;
    private volatile double storm;
    private volatile double cutting;
    private volatile Duration ahead = Duration.ZERO;
    private volatile Duration latency = Duration.ZERO;
    private volatile Function<String, Duration> slowness = key -> Duration.ZERO;
    private volatile long paceNanos;
    private long nextAt = System.nanoTime();

    FaultyS3() throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void put(String key) {
        sizes.put(key, (long) Objects.content(key).length);
    }

    void remove(String key) {
        sizes.remove(key);
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

    /** Its clock is ahead of true time by so much; like S3 it refuses who differs from it by more than 15 minutes. */
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

    /** Gives at most so many objects a second, to all together; 0 for no limit. */
    void pace(int objectsPerSecond) {
        paceNanos = objectsPerSecond == 0 ? 0 : 1_000_000_000L / objectsPerSecond;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            pause(latency.toNanos());
            if (ThreadLocalRandom.current().nextDouble() < storm) {
                refuse(exchange, 503, "SlowDown");
                return;
            }
            Instant asked = SIGNED_AT.parse(exchange.getRequestHeaders().getFirst("x-amz-date"), Instant::from);
            if (Duration.between(asked, Instant.now().plus(ahead)).abs().compareTo(MOST_SKEW) > 0) {
                refuse(exchange, 403, "RequestTimeTooSkewed");
                return;
            }
            String path = decoded(exchange.getRequestURI().getRawPath()).substring(1);
            String key = path.substring(Math.min(path.length(), BUCKET.length() + 1));
            if (key.isEmpty()) {
                byte[] page = page(exchange.getRequestURI().getRawQuery()).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
            } else {
                object(exchange, key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void object(HttpExchange exchange, String key) throws IOException, InterruptedException {
        String etag = "\"" + Integer.toHexString(key.hashCode()) + "\"";
        String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
        if (!sizes.containsKey(key)) {
            refuse(exchange, 404, "NoSuchKey");
        } else if (denying) {
            refuse(exchange, 403, "AccessDenied");
        } else if (refused.containsKey(key)) {
            refuse(exchange, 403, refused.get(key));
        } else if (ifMatch != null && !ifMatch.equals(etag)) {
            refuse(exchange, 412, "PreconditionFailed");
        } else {
            exchange.getResponseHeaders().set("ETag", etag);
            give(exchange, key);
        }
    }

    private void give(HttpExchange exchange, String key) throws IOException, InterruptedException {
        byte[] content = Objects.content(key);
        pause(slowness.apply(key).toNanos() + turn());
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher part = RANGE.matcher(range == null ? "" : range);
        int from = part.matches() ? Integer.parseInt(part.group(1)) : 0;
        int to = part.matches() ? Math.min(content.length, Integer.parseInt(part.group(2)) + 1) : content.length;
        if (part.matches()) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(part.matches() ? 206 : 200, to == from ? -1 : to - from);
        if (to > from) {
            boolean cut = ThreadLocalRandom.current().nextDouble() < cutting;
            exchange.getResponseBody().write(content, from, cut ? (to - from) / 2 : to - from);
        }
    }

    /** How long this object has to wait for its turn. */
    private synchronized long turn() {
        long now = System.nanoTime();
        nextAt = Math.max(now, nextAt + paceNanos);
        return nextAt - now;
    }

    private String page(String query) {
        String prefix = parameter(query, "prefix");
        String token = parameter(query, "continuation-token");
        String after = token.isEmpty() ? parameter(query, "start-after") : token;
        boolean inside = Objects.ORDER.compare(after, prefix) >= 0;
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult "
                + "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url</EncodingType>");
        int count = 0;
        String last = null;
        for (Map.Entry<String, Long> entry : sizes.tailMap(inside ? after : prefix, !inside).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (count == PAGE) {
                return xml.append("<IsTruncated>true</IsTruncated><NextContinuationToken>")
                        .append(encoded(last)).append("</NextContinuationToken></ListBucketResult>").toString();
            }
            last = entry.getKey();
            count++;
            xml.append("<Contents><Key>").append(encoded(last)).append("</Key><ETag>&quot;")
                    .append(Integer.toHexString(last.hashCode())).append("&quot;</ETag><Size>")
                    .append(entry.getValue()).append("</Size></Contents>");
        }
        return xml.append("<IsTruncated>false</IsTruncated></ListBucketResult>").toString();
    }

    /** The token stands in the answer as it is and comes back encoded once more, so it is decoded twice. */
    private static String parameter(String query, String name) {
        for (String part : query.split("&")) {
            if (part.startsWith(name + "=")) {
                String value = URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
                return name.equals("continuation-token") ? URLDecoder.decode(value, StandardCharsets.UTF_8) : value;
            }
        }
        return "";
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body = ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>as told</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void pause(long nanos) throws InterruptedException {
        if (nanos > 0) {
            Thread.sleep(Duration.ofNanos(nanos).toMillis());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String path) {
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
