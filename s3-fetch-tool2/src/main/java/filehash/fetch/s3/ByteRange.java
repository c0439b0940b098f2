package filehash.fetch.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Consecutive bytes of an object, possibly all of them. */
public record ByteRange(Item item, long from, long length) {
    /** Each connection has one buffer, and a heap of 64 MiB holds up to 256 of them. */
    private static final int BUFFER = 1 << 16;

    /** The whole object. */
    public static ByteRange all(Item item) {
        return new ByteRange(item, 0, item.size());
    }

    /** Sees all bytes as they arrive. */
    public interface Onlooker {
        void came(byte[] buffer, int length);
    }

    public boolean whole() {
        return length == item.size();
    }

    long last() {
        return from + length - 1;
    }

    public boolean endsAfter(ByteRange other) {
        return last() > other.last();
    }

    /**
     * Writes these bytes of a body into a file, from its beginning. A body that is shorter or longer than requested
     * counts as a broken connection.
     *
     * @throws UncheckedIOException if the file fails, not the connection
     */
    public void copy(Body body, FileChannel file, Onlooker onlooker) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER, length)];
        long done = 0;
        while (done < length) {
            int read = read(body, buffer, 0, done);
            onlooker.came(buffer, read);
            write(file, ByteBuffer.wrap(buffer, 0, read), done);
            done += read;
        }
        requireEnd(body);
    }

    /** Reads these bytes of a body into memory; fails as {@link #copy} does. */
    public byte[] content(Body body, Onlooker onlooker) throws IOException {
        byte[] content = new byte[(int) length];
        int done = 0;
        while (done < length) {
            done += read(body, content, done, done);
        }
        onlooker.came(content, done);
        requireEnd(body);
        return content;
    }

    private int read(Body body, byte[] buffer, int at, long done) throws IOException {
        int read = body.read(buffer, at, (int) Math.min(buffer.length - at, length - done));
        if (read < 0) {
            throw new IOException(body + ": " + done + " bytes instead of " + length);
        }
        return read;
    }

    private void requireEnd(Body body) throws IOException {
        if (last() == body.asked().last() && body.read(new byte[1], 0, 1) >= 0) {
            throw new IOException(body + ": more bytes than requested");
        }
    }

    /** Whether the body belongs to another version, by its ETag or, without one, by its length. */
    boolean isOther(Body body) {
        return item.etag() == null || body.etag() == null ? isOtherLength(body) : !item.etag().equals(body.etag());
    }

    boolean isOtherLength(Body body) {
        return body.length() != null && body.length() != length;
    }

    /** Checks the announced length and range, because not every server supports Range. */
    public void requireThis(Body body) throws IOException {
        if (body.unpacked()) {
            throw new IOException(body + ": the server decompresses it");
        }
        if (isOtherLength(body)) {
            throw new IOException(body + ": announces " + body.length() + " bytes instead of " + length);
        }
        String range = "bytes " + from + "-" + last() + "/" + item.size();
        if (!whole() && !range.equals(body.range())) {
            throw new IOException(body + ": announces '" + body.range() + "' instead of '" + range + "'");
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes, long at) {
        try {
            for (long next = at; bytes.hasRemaining();) {
                next += file.write(bytes, next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
