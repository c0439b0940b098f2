package filehash.backends;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A small S3 on loopback: ListObjectsV2 and GET of one bucket, as AWS answers them. It can hold keys that no file
 * system can hold, and it fails on demand: a {@link Fault} sees each request first.
 */
public final class FakeS3 implements AutoCloseable {
    public static final String BUCKET = "bucket";
    /** As S3 lists them. The order of the programs is not used, because it could be wrong. */
    private static final Comparator<String> ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger onTheirWay = new AtomicInteger();
    private final AtomicInteger mostOnTheirWay = new AtomicInteger();
    private final NavigableMap<String, FakeObject> objects = new ConcurrentSkipListMap<>(ORDER);
    private volatile Fault fault = exchange -> false;
    private volatile int pageSize = 1000;

    /** May answer instead of the server. */
    public interface Fault {
        /** @return whether it has answered or broken the connection */
        boolean strikes(FakeExchange exchange) throws IOException, InterruptedException;
    }

    public static FakeS3 open() {
        try {
            return new FakeS3(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param listener may speak TLS */
    public FakeS3(ServerSocket listener) {
        this.listener = listener;
        daemon("s3-accept", this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** The objects by their keys; may be changed while the server runs. */
    public Map<String, FakeObject> objects() {
        return objects;
    }

    public void fails(Fault how) {
        fault = how;
    }

    /** Gives at most so many keys on a page, whatever is asked for. */
    public void pagesOf(int keys) {
        pageSize = keys;
    }

    /** The number of LIST or GET requests. */
    public long requests(String verb) {
        return requests.getOrDefault(verb, new LongAdder()).sum();
    }

    /** The number of accepted connections. */
    public int connections() {
        return connections.get();
    }

    public int mostOnTheirWay() {
        return mostOnTheirWay.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                daemon("s3-connection", () -> serve(socket));
            } catch (IOException e) { // closed
                continue;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (FakeExchange exchange = FakeExchange.read(in, socket); exchange != null; exchange =
                    FakeExchange.read(in, socket)) {
                requests.computeIfAbsent(exchange.verb(), verb -> new LongAdder()).increment();
                mostOnTheirWay.accumulateAndGet(onTheirWay.incrementAndGet(), Math::max);
                try {
                    answer(exchange);
                } finally {
                    onTheirWay.decrementAndGet();
                }
            }
        } catch (IOException e) { // the client or a fault has closed it
            sockets.remove(socket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(FakeExchange exchange) throws IOException, InterruptedException {
        if (exchange.key() != null) {
            exchange.found(objects.get(exchange.key()));
        }
        if (fault.strikes(exchange)) {
            return;
        }
        if (exchange.key() == null) {
            exchange.send(page(exchange.query()).getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.sendObject();
        }
    }

    /** The requested page. */
    public String page(Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        String token = query.get("continuation-token");
        String after = token == null ? query.get("start-after") : URLDecoder.decode(token, StandardCharsets.UTF_8);
        NavigableMap<String, FakeObject> rest =
                after == null || ORDER.compare(after, prefix) < 0 ? objects.tailMap(prefix, true)
                        : objects.tailMap(after, false);
        boolean encoded = "url".equals(query.get("encoding-type"));
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
                + "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">")
                .append(encoded ? "<EncodingType>url</EncodingType>" : "");
        String last = null;
        int count = 0;
        for (Map.Entry<String, FakeObject> entry : rest.entrySet()) {
            boolean more = entry.getKey().startsWith(prefix);
            if (!more || count == pageSize) {
                return xml.append(more ? "<NextContinuationToken>" + URLEncoder.encode(last, StandardCharsets.UTF_8)
                        + "</NextContinuationToken>" : "").append("<IsTruncated>").append(more)
                        .append("</IsTruncated></ListBucketResult>").toString();
            }
            last = entry.getKey();
            count++;
            xml.append(encoded ? contents(last, entry.getValue()) : asItIs(last, entry.getValue()));
        }
        return xml.append("<IsTruncated>false</IsTruncated></ListBucketResult>").toString();
    }

    /** An entry of a page, with its key encoded. */
    public static String contents(String key, FakeObject object) {
        return asItIs(URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/"), object);
    }

    /** The key stands as it is, even if XML cannot hold it, because S3 sends it so. */
    private static String asItIs(String key, FakeObject object) {
        return "<Contents><Key>" + key + "</Key>"
                + (object.etag() == null ? "" : "<ETag>" + object.etag().replace("\"", "&quot;") + "</ETag>")
                + "<Size>" + object.content().length + "</Size>"
                + (object.headers().containsKey(FakeObject.STORAGE_CLASS)
                        ? "<StorageClass>" + object.headers().get(FakeObject.STORAGE_CLASS) + "</StorageClass>" : "")
                + "</Contents>";
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
