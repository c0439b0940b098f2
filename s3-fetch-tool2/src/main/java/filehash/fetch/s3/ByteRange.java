package filehash.fetch.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of an object, or all of it, and where in its file it belongs. */
public record ByteRange(Item item, long from, long length) {
    /** One for each connection, of which a heap of 64 MiB may have to bear 256. */
    private static final int BUFFER = 1 << 16;

    /** Is shown all bytes as they come. */
    public interface Onlooker {
        void came(byte[] buffer, int length);
    }

    public boolean whole() {
        return length == item.size();
    }

    long last() {
        return from + length - 1;
    }

    /**
     * Writes what comes of it. A body that ends early, or goes on after all that was asked for, is a broken connection.
     *
     * @throws UncheckedIOException where it is the file that fails
     */
    public void copy(Body body, FileChannel file, Onlooker onlooker) throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER, length)];
        long done = 0;
        while (done < length) {
            int read = read(body, buffer, 0, done);
            onlooker.came(buffer, read);
            write(file, ByteBuffer.wrap(buffer, 0, read), from + done);
            done += read;
        }
        requireEnd(body);
    }

    /** What comes of it, as by {@link #copy}. */
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
            throw new IOException(body + ": more bytes than asked for");
        }
    }

    /** Whether it says that it is another version, by its ETag where there is one. */
    boolean isOther(Body body) {
        return item.etag() == null || body.etag() == null ? isOtherLength(body) : !item.etag().equals(body.etag());
    }

    boolean isOtherLength(Body body) {
        return body.length() != null && body.length() != length;
    }

    /** Not every server heeds Range. */
    public void requireThis(Body body) throws IOException {
        if (body.unpacked()) {
            throw new IOException(body + ": the server unpacks it");
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
