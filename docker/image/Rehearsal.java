import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Plays S3 and the hasher for s3-fetch-tool2, the process args[1] in the shared directory args[0], while its archive is
 * made. Gives it a job, and fails unless all objects come.
 */
class Rehearsal {
    /** With 5,000 the program took less than a tenth less CPU time afterwards. */
    private static final int OBJECTS = 3000;
    private static final int SMALL = 4 << 10;
    private static final int MEDIUM = 1 << 20;
    private static final int LARGE = 32 << 20;
    private static final int PAGE = 1000;
    private static final long MOST_NANOS = 300_000_000_000L;
    private static final byte[] CONTENT = new byte[LARGE];
    private static final String ETAG = "\"0123456789abcdef0123456789abcdef\"";

    private static final String CONF = """
            {"state": "work", "boot": "%s", "request": "rehearsal", "run": "rehearsal", "job": 0, "attempt": 1,
             "root": "a/", "start": "00", "before": null, "methods": ["SHA256"],
             "s3": {"bucket": "b", "endpoint": "http://127.0.0.1:%d", "region": "us-east-1",
                    "key": "k", "secret": "s", "token": null},
             "mysql": {"host": "127.0.0.1", "port": 1, "name": "n", "user": "u", "pass": "p", "params": null}}
            """;
    private static final String PROGRESS = """
            {"run": "rehearsal", "job": 0, "attempt": 1, "last": "", "segments": true,
             "files": 0, "failed": 0, "failedByClass": {}, "bytes": 0,
             "started": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z"}
            """;

    public static void main(String[] args) throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        s3.setExecutor(threads);
        s3.createContext("/b", Rehearsal::send);
        s3.start();
        try {
            run(Path.of(args[0]), Long.parseLong(args[1]), s3.getAddress().getPort());
        } finally {
            s3.stop(0);
            threads.shutdownNow();
        }
    }

    private static void run(Path dir, long program, int port) throws IOException, InterruptedException {
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        Files.writeString(dir.resolve("progress.json"), PROGRESS);
        Files.move(Files.writeString(dir.resolve("conf.json.new"), String.format(CONF, boot, port)),
                dir.resolve("conf.json"));
        int taken = 0;
        for (long begun = System.nanoTime(); !Files.exists(dir.resolve("s3fin")); Thread.sleep(1)) {
            taken += take(dir.resolve("files"));
            if (ProcessHandle.of(program).isEmpty() || System.nanoTime() - begun > MOST_NANOS) {
                throw new IOException("the program has ended, or takes longer than 5 minutes");
            }
        }
        taken += take(dir.resolve("files"));
        if (taken != OBJECTS) {
            throw new IOException(taken + " objects of " + OBJECTS + " came");
        }
    }

    /** Takes what is complete. Returns the number of objects. */
    private static int take(Path files) throws IOException {
        int taken = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.endsWith(".failed")) {
                    throw new IOException(name + ": " + Files.readString(file));
                } else if (name.endsWith(".seg")) {
                    Files.move(file, files.resolve(name.replaceFirst("\\.\\d+\\.seg$", ".part")),
                            StandardCopyOption.REPLACE_EXISTING); // it becomes the spare file of its stream
                } else if (name.endsWith(".end") || name.indexOf('.') < 0) {
                    Files.delete(file);
                    taken++;
                }
            }
        }
        return taken;
    }

    private static void send(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        Headers headers = exchange.getResponseHeaders();
        if (path.equals("/b")) {
            byte[] page = page(exchange.getRequestURI().getQuery()).getBytes(StandardCharsets.UTF_8);
            send(exchange, 200, page, 0, page.length);
            return;
        }
        int size = size(Integer.parseInt(path.substring("/b/a/".length()), 16));
        headers.set("ETag", ETAG);
        if (range == null) {
            headers.set("x-amz-checksum-type", "FULL_OBJECT");
            headers.set("x-amz-checksum-" + (size == LARGE ? "crc32" : "crc64nvme"), checksum(size));
            send(exchange, 200, CONTENT, 0, size);
        } else {
            String[] bounds = range.substring("bytes=".length()).split("-");
            int from = Integer.parseInt(bounds[0]);
            headers.set("Content-Range", "bytes " + bounds[0] + "-" + bounds[1] + "/" + size);
            send(exchange, 206, CONTENT, from, Integer.parseInt(bounds[1]) + 1 - from);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes, int from, int length) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, length);
            exchange.getResponseBody().write(bytes, from, length);
        }
    }

    /** The checksum of an object of this size; all of its bytes are zero. */
    private static String checksum(int size) {
        return size == LARGE ? "WUUERQ==" : size == MEDIUM ? "vXaWOF2jG0Y=" : "ZILTZ+sitk4=";
    }

    private static int size(int number) {
        return number == OBJECTS / 2 ? LARGE : number % 100 == 10 ? MEDIUM : SMALL;
    }

    /** The token of a page is the number of its first object. */
    private static String page(String query) {
        int from = query.contains("token=") ? Integer.parseInt(query.replaceFirst(".*token=(\\d+).*", "$1")) : 0;
        int end = Math.min(OBJECTS, from + PAGE);
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType>");
        for (int number = from; number < end; number++) {
            xml.append(String.format("<Contents><Key>a/%08x</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                    + "<ETag>%s</ETag><Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>", number,
                    ETAG.replace("\"", "&quot;"), size(number)));
        }
        xml.append(end < OBJECTS ? "<NextContinuationToken>" + end + "</NextContinuationToken>" : "");
        return xml.append("<IsTruncated>" + (end < OBJECTS) + "</IsTruncated></ListBucketResult>").toString();
    }
}
