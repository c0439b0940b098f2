package filehash.deaths;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Does what a user does with etcdctl, below one prefix, over etcd's HTTP gateway. Safe for use by several threads. */
final class Etcdctl {
    private static final Duration LONGEST_CALL = Duration.ofMinutes(1);
    private static final Pattern KEY = Pattern.compile("\\{\"key\":\"([^\"]*)\"([^}]*)}");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]*)\"");
    private static final Pattern REVISION = Pattern.compile("\"header\":\\{[^}]*\"revision\":\"(\\d+)\"");

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LONGEST_CALL).build();
    private final String endpoint;
    private final String prefix;

    Etcdctl(String endpoint, String prefix) {
        this.endpoint = endpoint;
        this.prefix = prefix;
    }

    String prefix() {
        return prefix;
    }

    /** All keys that begin like this, without the prefix. */
    NavigableMap<String, String> below(String begin) throws IOException, InterruptedException {
        String key = prefix + begin;
        String end = key.substring(0, key.length() - 1) + (char) (key.charAt(key.length() - 1) + 1);
        Matcher match = KEY.matcher(call("range", "\"key\":" + base64(key) + ",\"range_end\":" + base64(end)));
        NavigableMap<String, String> keys = new TreeMap<>();
        while (match.find()) {
            Matcher value = VALUE.matcher(match.group(2));
            keys.put(text(match.group(1)).substring(prefix.length()), value.find() ? text(value.group(1)) : "");
        }
        return keys;
    }

    /** The value, or empty. */
    String get(String key) throws IOException, InterruptedException {
        Matcher value = VALUE.matcher(call("range", "\"key\":" + base64(prefix + key)));
        return value.find() ? text(value.group(1)) : "";
    }

    void put(String key, String value) throws IOException, InterruptedException {
        call("put", "\"key\":" + base64(prefix + key) + ",\"value\":" + base64(value));
    }

    void delete(String begin) throws IOException, InterruptedException {
        String key = prefix + begin;
        String end = key.substring(0, key.length() - 1) + (char) (key.charAt(key.length() - 1) + 1);
        call("deleterange", "\"key\":" + base64(key) + ",\"range_end\":" + base64(end));
    }

    /** Removes all history, so that a watch that missed an event cannot resume. */
    void compact() throws IOException, InterruptedException {
        Matcher revision = REVISION.matcher(call("range", "\"key\":" + base64(prefix + "/")));
        if (!revision.find()) {
            throw new IOException("the answer of etcd has no revision");
        }
        try {
            call("compaction", "\"revision\":\"" + revision.group(1) + "\",\"physical\":true");
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("has been compacted")) { // nothing was written since
                throw e;
            }
        }
    }

    private String call(String what, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/v3/kv/" + what)).timeout(LONGEST_CALL)
                .POST(HttpRequest.BodyPublishers.ofString("{" + body + "}")).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("etcd answers " + answer.statusCode() + " to " + what + ": " + answer.body());
        }
        return answer.body();
    }

    private static String base64(String text) {
        return "\"" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
