package filehash.fetch.s3;

import java.io.IOException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/** The response to a GET, while its bytes arrive. Owned by one thread. */
public final class Body implements AutoCloseable {
    private final String what;
    private final ByteRange asked;
    private final SdkHttpResponse head;
    private final AbortableInputStream stream;
    private boolean whole;
    private long came;

    /** @param what the request, as log and error messages name it */
    Body(String what, ByteRange asked, HttpExecuteResponse answer) {
        this.what = what;
        this.asked = asked;
        this.head = answer.httpResponse();
        this.stream = answer.responseBody().orElseGet(AbortableInputStream::createEmpty);
    }

    public ByteRange asked() {
        return asked;
    }

    /** The announced length, or null if the response has none. */
    Long length() {
        String length = header("Content-Length");
        return length == null ? null : Long.valueOf(length);
    }

    /** S3's checksum of the whole object, or null. Only a request for the whole object returns one. */
    public S3Checksum checksum() {
        return S3Checksum.of(this::header);
    }

    /** The version of the object, written as in {@link Item}, or null if the response names none. */
    String etag() {
        return Item.plain(header("ETag"));
    }

    /** The announced byte range, or null if the response announces the whole object. */
    String range() {
        return header("Content-Range");
    }

    /** Whether the server decompresses a stored gzip object on the way. Google Cloud Storage announces that. */
    boolean unpacked() {
        return "gzip".equals(header("x-goog-stored-content-encoding")) && !"gzip".equals(header("Content-Encoding"));
    }

    private String header(String name) {
        return head.firstMatchingHeader(name).orElse(null);
    }

    /** @return the number of bytes read, or -1 at the end */
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

    /** The number of bytes that have arrived. */
    public long came() {
        return came;
    }

    /** The request, as messages name it. */
    @Override
    public String toString() {
        return what;
    }

    @Override
    public void close() throws IOException {
        if (whole) {
            stream.close();
        } else {
            stream.abort(); // close() would read the rest first
        }
    }
}
