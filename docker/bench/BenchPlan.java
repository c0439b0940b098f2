import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import filehash.backends.KindOfNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * The S3 of docker/bench/plan: it makes up the folder o/ of any bucket, and answers each LIST after a delay.
 *
 *   PORT KIND KEYS DELAY   so many names of that kind; the delay in ms
 */
final class BenchPlan {
    private static final int PAGE = 1000;
    private static final String ROOT = "o/";

    private final IntFunction<String> names;
    private final int keys;
    private final long delay;

    private BenchPlan(IntFunction<String> names, int keys, long delay) {
        this.names = names;
        this.keys = keys;
        this.delay = delay;
    }

    public static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int keys = Integer.parseInt(args[2]);
        BenchPlan s3 = new BenchPlan(names(KindOfNames.valueOf(args[1].toUpperCase(Locale.ROOT)), keys), keys,
                Long.parseLong(args[3]));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 100);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", s3::answer);
        server.start();
    }

    /** Counted names follow from their numbers in order, so they need no memory. */
    private static IntFunction<String> names(KindOfNames kind, int keys) {
        if (kind == KindOfNames.IMAGES || kind == KindOfNames.LONG_PREFIX) {
            return i -> kind.name(null, i, keys);
        }
        String[] names = Arrays.stream(kind.names(keys)).sorted().toArray(String[]::new);
        return i -> names[i];
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Thread.sleep(delay);
            byte[] page = bytes(page(exchange.getRequestURI().getRawQuery()));
            exchange.getResponseHeaders().add("Content-Type", "application/xml");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The token of a page is the number of its first key. */
    private String page(String query) {
        String token = value(query, "continuation-token");
        int from = token != null ? Integer.parseInt(token) : firstAfter(value(query, "start-after"));
        int to = Math.min(keys, from + PAGE);
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType>");
        for (int i = from; i < to; i++) {
            xml.append("<Contents><Key>").append(URLEncoder.encode(ROOT + names.apply(i), StandardCharsets.UTF_8))
                    .append("</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;")
                    .append("0123456789abcdef0123456789abcdef&quot;</ETag><Size>4096</Size>")
                    .append("<StorageClass>STANDARD</StorageClass></Contents>");
        }
        return xml.append(to < keys ? "<NextContinuationToken>" + to + "</NextContinuationToken>" : "")
                .append("<IsTruncated>").append(to < keys).append("</IsTruncated></ListBucketResult>").toString();
    }

    /** The order is that of UTF-8 bytes. Java's is the same among the names, but not between them and the key. */
    private int firstAfter(String key) {
        int low = 0;
        int high = key == null ? 0 : keys;
        while (low < high) {
            int middle = (low + high) / 2;
            if (Arrays.compareUnsigned(bytes(ROOT + names.apply(middle)), bytes(key)) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String value(String query, String name) {
        return Arrays.stream(query.split("&")).filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8)).findFirst()
                .orElse(null);
    }
}
