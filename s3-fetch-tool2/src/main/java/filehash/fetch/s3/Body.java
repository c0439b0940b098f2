package filehash.fetch.s3;

import filehash.fetch.http.Response;
import java.io.IOException;

/** The response to a GET, while its bytes arrive. Owned by one thread. */
public final class Body implements AutoCloseable {
    private final String what;
    private final ByteRange asked;
    private final Response response;
    private long came;

    /** @param what the request, as log and error messages name it */
    Body(String what, ByteRange asked, Response response) {
        this.what = what;
        this.asked = asked;
        this.response = response;
    }

    public ByteRange asked() {
        return asked;
    }

    /** The announced length, or null if the response has none. */
    Long length() {
        String length = response.header("content-length");
        return length == null ? null : Long.valueOf(length);
    }

    /** S3's checksum of the whole object, or null. Only a request for the whole object returns one. */
    public S3Checksum checksum() {
        return S3Checksum.of(response::header);
    }

    /** The version of the object, written as in {@link Item}, or null if the response names none. */
    String etag() {
        return Item.plain(response.header("etag"));
    }

    /** The announced byte range, or null if the response announces the whole object. */
    String range() {
        return response.header("content-range");
    }

    /** Whether the server decompresses a stored gzip object on the way. Google Cloud Storage announces that. */
    boolean unpacked() {
        return "gzip".equals(response.header("x-goog-stored-content-encoding"))
                && !"gzip".equals(response.header("content-encoding"));
    }

    /** @return the number of bytes read, or -1 at the end */
    int read(byte[] buffer, int at, int most) throws IOException {
        try {
            int read = response.body().read(buffer, at, most);
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

    /** The connection serves another request only if the body has been read whole. */
    @Override
    public void close() throws IOException {
        response.close();
    }
}
