package filehash.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of an object, or all of it, and where in its file it belongs. */
record Part(Item item, long from, long length) {
    private static final int BUFFER = 1 << 17;

    boolean whole() {
        return length == item.size();
    }

    long last() {
        return from + length - 1;
    }

    /**
     * Writes what comes. A body that ends early, or goes on, is a broken connection.
     *
     * @param running gets all bytes too; null where nobody wants to know
     * @throws UncheckedIOException where it is the file that fails
     */
    void copy(Body body, FileChannel file, ChecksumKind.Running running) throws IOException, Refusal {
        requireThis(body);
        byte[] buffer = new byte[(int) Math.min(BUFFER, length + 1)];
        long done = 0;
        int read = body.read(buffer);
        while (read >= 0 && done + read <= length) {
            if (running != null) {
                running.update(buffer, read);
            }
            write(file, ByteBuffer.wrap(buffer, 0, read), from + done);
            done += read;
            read = body.read(buffer);
        }
        if (read >= 0 || done < length) {
            throw new IOException(body + ": " + (read < 0 ? done + " bytes" : "more bytes") + " instead of " + length);
        }
    }

    /** Not every server heeds If-Match, or Range. */
    private void requireThis(Body body) throws IOException, Refusal {
        boolean otherLength = body.length() != null && body.length() != length;
        if (item.etag() == null || body.etag() == null ? otherLength : !item.etag().equals(body.etag())) {
            throw new Refusal(body + ": not the version that was listed", Refusal.PRECONDITION_FAILED, "", false);
        }
        if (otherLength) {
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
