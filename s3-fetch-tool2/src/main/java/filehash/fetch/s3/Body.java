package filehash.fetch.s3;

import java.io.IOException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/** The answer to a GET while it comes in. One thread's. */
public final class Body implements AutoCloseable {
    private final String what;
    private final ByteRange asked;
    private final SdkHttpResponse head;
    private final AbortableInputStream stream;
    private boolean whole;
    private long came;

    /** @param what was asked for, for people */
    Body(String what, ByteRange asked, HttpExecuteResponse answer) {
        this.what = what;
        this.asked = asked;
        this.head = answer.httpResponse();
        this.stream = answer.responseBody().orElseGet(AbortableInputStream::createEmpty);
    }

    public ByteRange asked() {
        return asked;
    }

    /** How long it says that it will be, or null where it does not say. */
    Long length() {
        String length = header("Content-Length");
        return length == null ? null : Long.valueOf(length);
    }

    /** What it says of the whole object, if the whole was asked for. */
    public S3Checksum checksum() {
        return S3Checksum.of(this::header);
    }

    /** Which version it says that it is, as an {@link Item} has it, or null. */
    String etag() {
        return Item.plain(header("ETag"));
    }

    /** Which part of the object it says that it is, or null where it says that it is the whole. */
    String range() {
        return header("Content-Range");
    }

    /** Whether it is stored as gzip and comes as something else: Google Cloud Storage says so. */
    boolean unpacked() {
        return "gzip".equals(header("x-goog-stored-content-encoding")) && !"gzip".equals(header("Content-Encoding"));
    }

    private String header(String name) {
        return head.firstMatchingHeader(name).orElse(null);
    }

    /** @return how many bytes came, or -1 at the end */
    int read(byte[] buffer, int at, int most) throws IOException {
        try {
            int read = stream.read(buffer, at, most);
            whole |= read < 0;
            came += Math.max(0, read);
            return read;
        } catch (IOException e) {
            throw S3Errors.broken(what, e);
        }
    }

    /** How many bytes came until now. */
    public long came() {
        return came;
    }

    /** What was asked for. */
    @Override
    public String toString() {
        return what;
    }

    @Override
    public void close() throws IOException {
        if (whole) {
            stream.close();
        } else {
            stream.abort(); // closing would read the rest of it
        }
    }
}
