package filehash.fetch.s3;

import filehash.fetch.http.Gets;
import filehash.fetch.http.Response;
import filehash.program.Metrics;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Measures each request to S3, from when it is sent until its response begins; the wait for a connection counts too. A
 * histogram's count is the number of requests, which is what S3 bills. Thread-safe.
 */
public final class RequestTimes {
    /** The codes with a label of their own. The others share one per hundred, because a server may invent codes. */
    private static final Set<Integer> NAMED = Set.of(200, 206, 403, 404, 412, 429, 500, 503);
    private static final int FIRST = 100;
    private static final int LAST = 599;
    private static final String NO_RESPONSE = "none";

    private final Metrics metrics;
    private final Map<String, LongConsumer> others = new ConcurrentHashMap<>();

    public RequestTimes(Metrics metrics) {
        this.metrics = metrics;
    }

    /** A client that does what the other does, and is measured as requests of this operation. */
    Gets measured(String operation, Gets http) {
        LongConsumer ok = series(operation, "200");
        return new Gets() {
            @Override
            public Response get(String target, Map<String, String> headers, Consumer<Runnable> begins)
                    throws IOException {
                long sent = System.nanoTime();
                int status = 0;
                try {
                    Response response = http.get(target, headers, begins);
                    status = response.status();
                    return response;
                } finally {
                    (status == 200 ? ok : other(operation, status)).accept(System.nanoTime() - sent);
                }
            }

            @Override
            public void close() {
                http.close();
            }
        };
    }

    private LongConsumer other(String operation, int status) {
        String code = NAMED.contains(status) ? Integer.toString(status)
                : status < FIRST || status > LAST ? NO_RESPONSE : status / FIRST + "xx";
        return others.computeIfAbsent(operation + code, first -> series(operation, code));
    }

    private LongConsumer series(String operation, String code) {
        return metrics.durations("filehash_s3_request_duration_seconds",
                "Seconds until the response of S3 began, by its code; none if there was no response",
                "operation", operation, "code", code);
    }
}
