package filehash.init;

import filehash.backends.Await;
import filehash.backends.Ports;
import filehash.backends.Scrape;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests what the kubelet and Prometheus request at a pod's HTTP_PORT. */
record Probe(String port) {
    static Probe create() throws IOException {
        return new Probe(Integer.toString(Ports.free()));
    }

    /** The value of a series of /metrics, or NaN. */
    double metric(String series) {
        return new Scrape(get("/metrics")).value(series);
    }

    /** The status code and the text. Asks again: a server that needs 2 s to read a request closes the connection. */
    String get(String path) {
        return Await.answer("an answer to " + path, () -> once(path));
    }

    private String once(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        int code = connection.getResponseCode();
        try (InputStream body = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return code + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
