package filehash.fetch;

import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The answer to a GET while it comes in. One thread's. */
final class Body implements AutoCloseable {
    private final ResponseInputStream<GetObjectResponse> stream;
    private boolean whole;

    Body(ResponseInputStream<GetObjectResponse> stream) {
        this.stream = stream;
    }

    /** How long it says that it will be, or -1. */
    long length() {
        Long length = stream.response().contentLength();
        return length == null ? -1 : length;
    }

    InputStream stream() {
        return stream;
    }

    /** All was read: the connection can be used again. */
    void whole() {
        whole = true;
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
