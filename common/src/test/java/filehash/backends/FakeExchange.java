package filehash.backends;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A request to {@link FakeS3} and the ways to answer it, right or wrong. Owned by one thread. */
public final class FakeExchange {
    private static final int LONGEST_HEAD = 1 << 16;

    private final Socket socket;
    private final String method;
    private final String key;
    private final Map<String, String> query;
    private final Map<String, String> headers;
    private FakeObject object;

    private FakeExchange(Socket socket, String method, String key, Map<String, String> query,
            Map<String, String> headers) {
        this.socket = socket;
        this.method = method;
        this.key = key;
        this.query = query;
        this.headers = headers;
    }

    /** The next request, or null at the end of the connection. */
    static FakeExchange read(InputStream in, Socket socket) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int b = in.read();
            if (b < 0 || head.size() > LONGEST_HEAD) {
                return null;
            }
            newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
            head.write(b);
        }
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : Arrays.copyOfRange(lines, 1, lines.length)) {
            headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
        }
        in.skipNBytes(Long.parseLong(headers.getOrDefault("Content-Length", "0")));
        String[] first = lines[0].split(" ");
        String[] target = first[1].split("\\?", 2);
        return new FakeExchange(socket, first[0], key(target[0], headers.get("Host")),
                query(target.length == 2 ? target[1] : ""), headers);
    }

    /** LIST or GET. */
    public String verb() {
        return key == null ? "LIST" : method;
    }

    /** Null for a request to the bucket. */
    public String key() {
        return key;
    }

    public Map<String, String> query() {
        return query;
    }

    public String header(String name) {
        return headers.get(name);
    }

    /** The object with this key, or null. */
    public FakeObject object() {
        return object;
    }

    public void found(FakeObject there) {
        this.object = there;
    }

    /** Answers as S3 does. */
    void sendObject() throws IOException {
        if (object == null) {
            sendError(404, "NoSuchKey", "The specified key does not exist.");
        } else if (header("If-Match") != null && !header("If-Match").equals(object.etag())) {
            sendError(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        } else {
            byte[] body = asked();
            sendHead(partial() ? 206 : 200, objectHeaders(), body.length);
            write(body, body.length);
        }
    }

    /** The bytes that were requested. */
    public byte[] asked() {
        if (!partial()) {
            return object.content();
        }
        String[] range = header("Range").substring("bytes=".length()).split("-");
        return Arrays.copyOfRange(object.content(), Integer.parseInt(range[0]), Integer.parseInt(range[1]) + 1);
    }

    public Map<String, String> objectHeaders() {
        Map<String, String> answer = new TreeMap<>();
        if (object.etag() != null) {
            answer.put("ETag", object.etag());
        }
        if (partial()) {
            answer.put("Content-Range",
                    "bytes " + header("Range").substring("bytes=".length()) + "/" + object.content().length);
        } else if ("ENABLED".equals(header("x-amz-checksum-mode"))) {
            answer.putAll(object.headers());
        }
        return answer;
    }

    public void sendError(int status, String code, String message, String... header) throws IOException {
        byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message
                + "</Message><RequestId>1</RequestId></Error>").getBytes(StandardCharsets.UTF_8);
        Map<String, String> answer = header.length == 0 ? Map.of() : Map.of(header[0], header[1]);
        sendHead(status, answer, body.length);
        write(body, body.length);
    }

    public void send(byte[] body) throws IOException {
        sendHead(200, Map.of("Content-Type", "application/xml"), body.length);
        write(body, body.length);
    }

    /** @param length negative to announce none: then the body ends with the connection */
    public void sendHead(int status, Map<String, String> answer, long length) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " .\r\n");
        answer.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append(length < 0 ? "Connection: close\r\n\r\n" : "Content-Length: " + length + "\r\n\r\n");
        byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        write(bytes, bytes.length);
    }

    public void write(byte[] body, int length) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(body, 0, length);
        out.flush();
    }

    /** Closes the connection as after a complete response. */
    public void end() throws IOException {
        socket.close();
    }

    /** Waits until the client has closed the connection. */
    public void awaitEnd() throws IOException {
        socket.setSoTimeout((int) Await.BOUND.toMillis());
        try {
            while (socket.getInputStream().read() >= 0) {
                continue; // the client sends no other request before it has its response
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) { // reset
            return;
        }
    }

    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private boolean partial() {
        return header("Range") != null;
    }

    /** The path after the bucket, or the whole path if the host name contains the bucket. A proxy gets a whole URL. */
    private static String key(String target, String host) {
        String path = target.replaceFirst("^http://[^/]*", "");
        String in = host.startsWith(FakeS3.BUCKET + ".") ? path.substring(1)
                : path.substring(Math.min(path.length(), FakeS3.BUCKET.length() + 2));
        return in.isEmpty() ? null : URLDecoder.decode(in.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }
}
