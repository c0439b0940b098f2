package filehash.fetch.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * A response whose body is still arriving. Closing it before the end of the body closes the connection: the rest may be
 * longer than a new connection takes.
 *
 * @param headers by their names in lower case
 * @param body throws an IOException if it ends early
 */
public record Response(int status, Map<String, String> headers, InputStream body) implements AutoCloseable {
    /** @return null if the response has no such header */
    public String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    public boolean isSuccessful() {
        return status / 100 == 2;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
