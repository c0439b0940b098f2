package filehash.fetch.http;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/** Sends GETs to one server. Closing it aborts the requests under way. */
public interface Gets extends AutoCloseable {
    /**
     * Sends one request and returns when the response begins.
     *
     * @param target the encoded path, and the query if there is one
     * @param headers all but Host
     * @param begins receives the action that aborts the request, before the request is sent
     */
    Response get(String target, Map<String, String> headers, Consumer<Runnable> begins) throws IOException;

    @Override
    void close();
}
