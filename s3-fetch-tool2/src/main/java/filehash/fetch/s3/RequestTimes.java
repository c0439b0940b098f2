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
import java.util.function.ToIntFunction;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

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

    /** A client that does what the other does, and is measured. */
    Gets measured(Gets http) {
        Operation get = new Operation("GET");
        return new Gets() {
            @Override
            public Response get(String path, Map<String, String> headers, Consumer<Runnable> begins)
                    throws IOException {
                return get.measured(() -> http.get(path, headers, begins), Response::status);
            }

            @Override
            public void close() {
                http.close();
            }
        };
    }

    /** A client for LIST that does what the other does, and is measured. */
    SdkHttpClient measured(SdkHttpClient http) {
        Operation list = new Operation("LIST");
        return new SdkHttpClient() {
            @Override
            public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
                return new Measured(list, http.prepareRequest(request));
            }

            @Override
            public String clientName() {
                return http.clientName();
            }

            @Override
            public void close() {
                http.close();
            }
        };
    }

    private record Measured(Operation operation, ExecutableHttpRequest request) implements ExecutableHttpRequest {
        @Override
        public HttpExecuteResponse call() throws IOException {
            return operation.measured(request::call, response -> response.httpResponse().statusCode());
        }

        @Override
        public void abort() {
            request.abort();
        }
    }

    private interface Call<T> {
        T send() throws IOException;
    }

    private final class Operation {
        private final String name;
        private final LongConsumer whole;

        Operation(String name) {
            this.name = name;
            this.whole = series(name, "200");
        }

        <T> T measured(Call<T> call, ToIntFunction<T> code) throws IOException {
            long sent = System.nanoTime();
            int status = 0;
            try {
                T response = call.send();
                status = code.applyAsInt(response);
                return response;
            } finally {
                LongConsumer series = status == 200 ? whole : other(name, status);
                series.accept(System.nanoTime() - sent);
            }
        }
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
