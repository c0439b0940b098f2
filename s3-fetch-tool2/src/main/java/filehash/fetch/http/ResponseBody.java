package filehash.fetch.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/** The body of a response. It returns the connection once the last byte was read. Owned by one thread. */
final class ResponseBody extends InputStream {
    /** Marks a body, or a chunk, whose end is the end of the connection. */
    private static final long OPEN = -1;
    private static final int HEX = 16;

    private final Input input;
    private final boolean chunked;
    private final Runnable whole;
    private final Runnable broken;
    /** The bytes that are still to come, of the chunk if the body is chunked. */
    private long left;
    private long came;
    private boolean ended;

    /**
     * @param whole called once, when the body has been read whole
     * @param broken called if it is closed before
     */
    ResponseBody(Input input, Head head, Runnable whole, Runnable broken) throws IOException {
        this.input = input;
        this.chunked = head.isChunked();
        this.left = chunked ? 0 : head.length();
        this.whole = whole;
        this.broken = broken;
        if (left == 0 && !chunked) {
            end();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (chunked && left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int read = input.read(to, from, left == OPEN ? most : (int) Math.min(most, left));
        if (read < 0) {
            return lastByte();
        }
        came += read;
        if (left != OPEN) {
            left -= read;
            if (left == 0) {
                afterLast();
            }
        }
        return read;
    }

    private int lastByte() throws IOException {
        if (left != OPEN) {
            throw new EOFException("the connection ended after " + came + " bytes of the body, " + left
                    + (chunked ? " before the end of a chunk" : " before its end"));
        }
        ended = true;
        broken.run(); // no other response can follow
        return -1;
    }

    private void afterLast() throws IOException {
        if (!chunked) {
            end();
        } else if (!input.line().isEmpty()) {
            throw new ProtocolException("a chunk of the response is longer than announced");
        }
    }

    private void nextChunk() throws IOException {
        String size = input.line().split(";", 2)[0].strip();
        if (!size.matches("\\p{XDigit}{1,15}")) {
            throw new ProtocolException("a chunk of the response has the length '" + size + "'");
        }
        left = Long.parseLong(size, HEX);
        if (left == 0) {
            Head.headers(input); // the trailers
            end();
        }
    }

    private void end() {
        ended = true;
        whole.run();
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            broken.run();
        }
    }
}
