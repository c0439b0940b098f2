package filehash.fetch;

import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The answer to a GET while it comes in. One thread's. */
final class Body implements AutoCloseable {
    private final String what;
    private final Part asked;
    private final ResponseInputStream<GetObjectResponse> stream;
    private boolean whole;

    /** @param what was asked for, for people */
    Body(String what, Part asked, ResponseInputStream<GetObjectResponse> stream) {
        this.what = what;
        this.asked = asked;
        this.stream = stream;
    }

    Part asked() {
        return asked;
    }

    /** How long it says that it will be, or null where it does not say. */
    Long length() {
        return stream.response().contentLength();
    }

    /** What it says of the whole object, if the whole was asked for. */
    Checksum checksum() {
        return Checksum.of(name -> stream.response().sdkHttpResponse().firstMatchingHeader(name).orElse(null));
    }

    /** Which version it says that it is, or null. */
    String etag() {
        return stream.response().eTag();
    }

    /** Which part of the object it says that it is, or null where it says that it is the whole. */
    String range() {
        return stream.response().contentRange();
    }

    /** @return how many bytes came, or -1 at the end */
    int read(byte[] buffer, int most) throws IOException {
        try {
            int read = stream.read(buffer, 0, most);
            whole |= read < 0;
            return read;
        } catch (IOException | SdkException e) {
            throw new IOException(what + ": " + e.getMessage(), e);
        }
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
