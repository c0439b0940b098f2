package filehash.fetch.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The bytes that arrive on a connection. Large reads bypass the buffer. Owned by one thread. */
final class Input {
    private static final int BUFFER = 16 << 10;
    private static final int LONGEST_LINE = 64 << 10;

    private final InputStream heads;
    private final InputStream bodies;
    private final Duration longestHead;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private boolean isHead;
    private long headBegan;

    /**
     * @param heads where heads are read: the same bytes, without a wait of our own, which would count as the server's
     * @param longestHead the longest time for all lines of a head, however steadily their bytes come
     */
    Input(InputStream heads, InputStream bodies, Duration longestHead) {
        this.heads = heads;
        this.bodies = bodies;
        this.longestHead = longestHead;
    }

    void headBegins() {
        isHead = true;
        headBegan = System.nanoTime();
    }

    void headEnds() {
        isHead = false;
    }

    boolean isEmpty() {
        return at == end;
    }

    /** Waits until a byte is there; false at the end of the stream. */
    boolean await() throws IOException {
        if (at < end) {
            return true;
        }
        at = 0;
        end = Math.max(0, (isHead ? heads : bodies).read(buffer, 0, buffer.length));
        return at < end;
    }

    /** @return the number of bytes, or -1 at the end of the stream */
    int read(byte[] to, int from, int most) throws IOException {
        if (isEmpty() && most >= buffer.length) {
            return bodies.read(to, from, most);
        }
        if (!await()) {
            return -1;
        }
        int length = Math.min(most, end - at);
        System.arraycopy(buffer, at, to, from, length);
        at += length;
        return length;
    }

    /** Reads a line and returns it without its end. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder(0); // of most lines all bytes are there
        while (true) {
            if (isHead && System.nanoTime() - headBegan > longestHead.toNanos()) {
                throw new SocketTimeoutException(
                        "the head of the response is not whole after " + longestHead.toMillis() + " ms");
            }
            if (!await()) {
                throw new EOFException("the connection ended within the head of a response");
            }
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            String part = new String(buffer, at, stop - at, StandardCharsets.ISO_8859_1);
            boolean whole = stop < end;
            at = whole ? stop + 1 : stop;
            if (whole) {
                return withoutReturn(line.isEmpty() ? part : line.append(part).toString());
            }
            line.append(part);
            if (line.length() > LONGEST_LINE) {
                throw new ProtocolException("a line of the response is longer than " + LONGEST_LINE + " bytes");
            }
        }
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
