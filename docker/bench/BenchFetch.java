import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What docker/bench/fetch needs beside real servers; it knows s3-fetch-tool2 by its files alone.
 *
 *   serve PORT KEYS BYTES DELAY        an S3 that makes up so many keys, answering each request after so many ms;
 *                                      their names are hex, spread over all prefixes
 *   job DIR ENDPOINT BUCKET KEY SECRET plays init-pod and a hasher that takes no time: one job of the folder o/,
 *                                      prints the objects, bytes and milliseconds of it
 */
final class BenchFetch {
    private static final Pattern REQUEST = Pattern.compile("(\\S+) /[^/? ]+(?:/([^? ]*))?(?:\\?(\\S*))? .*");
    private static final int PAGE = 1000;
    private static final long LARGE = 1 << 20;

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve(Integer.parseInt(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]),
                    Long.parseLong(args[4]));
        } else {
            job(Path.of(args[1]), args[2], args[3], args[4], args[5]);
        }
    }

    private static void job(Path dir, String endpoint, String bucket, String key, String secret) throws Exception {
        String id = "\"run\":\"bench-" + System.nanoTime() + "\",\"job\":0,\"attempt\":1";
        Files.deleteIfExists(dir.resolve("s3stop"));
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        String now = "2026-01-01T00:00:00Z";
        put(dir, "progress.json", "{" + id + ",\"last\":\"\",\"files\":0,\"failed\":0,\"failedByClass\":{},\"bytes\":0,"
                + "\"started\":\"" + now + "\",\"updated\":\"" + now + "\"}");
        long begun = System.nanoTime();
        put(dir, "conf.json", "{\"state\":\"work\",\"boot\":\"" + boot + "\",\"request\":\"bench\"," + id
                + ",\"root\":\"o/\","
                + "\"start\":\"00\",\"before\":null,\"methods\":[\"MD5\"],\"s3\":{\"bucket\":\"" + bucket
                + "\",\"endpoint\":\"" + endpoint + "\",\"region\":\"us-east-1\",\"key\":\"" + key + "\",\"secret\":\""
                + secret + "\",\"token\":null},\"mysql\":{\"host\":\"h\",\"port\":1,\"name\":\"n\",\"user\":\"u\","
                + "\"pass\":\"p\",\"params\":null}}");
        Path taken = Files.createDirectories(dir.resolve("taken"));
        long objects = 0;
        long bytes = 0;
        boolean fin = false;
        while (!fin) {
            fin = Files.exists(dir.resolve("s3fin"));
            long before = objects;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(dir.resolve("files"))) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".failed")) {
                        throw new IOException(name + ": " + Files.readString(file));
                    } else if (name.indexOf('.') < 0) {
                        long size = Files.size(file);
                        bytes += size;
                        if (size < LARGE) {
                            Files.delete(file);
                        } else { // to free it takes time, and is not the fetcher's work
                            Files.move(file, taken.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                        }
                        objects++;
                    }
                }
            }
            if (Files.exists(dir.resolve("s3stop")) && Files.readString(dir.resolve("s3stop")).contains(id)) {
                throw new IOException(Files.readString(dir.resolve("s3stop")));
            }
            fin &= objects == before;
            if (objects == before) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        long millis = (System.nanoTime() - begun) / 1_000_000;
        for (String name : new String[] {"conf.json", "s3fin", "progress.json", "s3-fetch-tool2.starts"}) {
            Files.deleteIfExists(dir.resolve(name));
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(taken)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        System.out.println(objects + " " + bytes + " " + millis);
    }

    private static void put(Path dir, String name, String text) throws IOException {
        Path fresh = Files.writeString(dir.resolve(name + ".new"), text);
        Files.move(fresh, dir.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void serve(int port, long keys, int size, long delay) throws IOException {
        LongAdder lists = new LongAdder();
        try (ServerSocket listener = new ServerSocket(port, 100, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket socket = listener.accept();
                Thread thread = new Thread(() -> serve(socket, keys, size, delay, lists));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void serve(Socket socket, long keys, int size, long delay, LongAdder lists) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            byte[] object = new byte[size];
            while (true) {
                String head = head(in);
                Matcher request = REQUEST.matcher(head.substring(0, head.indexOf('\r')));
                request.matches();
                Thread.sleep(delay);
                byte[] body = object;
                String more = "ETag: \"1\"\r\n";
                if (request.group(2) == null || request.group(2).isEmpty()) {
                    lists.increment();
                    System.out.println("LIST " + lists.sum());
                    body = page(String.valueOf(request.group(3)), keys, size).getBytes(StandardCharsets.UTF_8);
                    more = "Content-Type: application/xml\r\n";
                }
                String answer = "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + body.length + "\r\n\r\n";
                byte[] all = new byte[answer.length() + body.length];
                System.arraycopy(answer.getBytes(StandardCharsets.US_ASCII), 0, all, 0, answer.length());
                System.arraycopy(body, 0, all, answer.length(), body.length);
                out.write(all);
            }
        } catch (IOException | InterruptedException e) {
            return; // the client has gone
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the end");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    /** The token of a page is the number of its first key. */
    private static String page(String query, long keys, int size) {
        Matcher token = Pattern.compile("continuation-token=(\\d+)").matcher(query);
        long from = token.find() ? Long.parseLong(token.group(1)) : 0;
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType>");
        for (long i = from; i < Math.min(keys, from + PAGE); i++) {
            xml.append("<Contents><Key>o/").append(String.format("%08x", i * ((1L << 32) / keys)))
                    .append("</Key><ETag>&quot;1&quot;</ETag><Size>").append(size).append("</Size></Contents>");
        }
        boolean more = from + PAGE < keys;
        return xml.append(more ? "<NextContinuationToken>" + (from + PAGE) + "</NextContinuationToken>" : "")
                .append("<IsTruncated>").append(more).append("</IsTruncated></ListBucketResult>").toString();
    }
}
