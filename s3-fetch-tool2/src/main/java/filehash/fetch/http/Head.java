package filehash.fetch.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Status and headers of a response.
 *
 * @param headers by their names in lower case; of several values the first
 */
record Head(int status, boolean keepsAlive, Map<String, String> headers) {
    private static final int MOST_HEADERS = 1000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.\\d \\d{3}( .*)?");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
    private static final int MOST_INTERIM = 10;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String LENGTH = "content-length";
    private static final String CODING = "transfer-encoding";
    private static final Set<String> FRAMING = Set.of(LENGTH, CODING);

    /** Reads the head of the final response: heads of interim ones precede it. */
    static Head read(Input input) throws IOException {
        input.headBegins();
        for (int i = 0; i <= MOST_INTERIM; i++) {
            Head head = next(input);
            if (head.status / 100 != 1 || head.status == SWITCHING_PROTOCOLS) {
                input.headEnds();
                return head;
            }
        }
        throw new ProtocolException("the server sends interim responses without end");
    }

    private static Head next(Input input) throws IOException {
        String first = input.line();
        if (!STATUS.matcher(first).matches()) {
            throw new ProtocolException(
                    "not a response of HTTP/1.1: " + first.substring(0, Math.min(80, first.length())));
        }
        int status = Integer.parseInt(first.substring(9, 12));
        Map<String, String> headers = headers(input);
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        boolean keepsAlive = first.charAt(7) == '0' ? connection.contains("keep-alive") : !connection.contains("close");
        return new Head(status, keepsAlive, headers);
    }

    /** Reads headers up to the empty line behind them. */
    static Map<String, String> headers(Input input) throws IOException {
        Map<String, String> headers = new HashMap<>();
        int count = 0;
        for (String line = input.line(); !line.isEmpty(); line = input.line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || ++count > MOST_HEADERS) {
                throw new ProtocolException("the head of the response is malformed");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            String before = headers.putIfAbsent(name, value);
            if (before != null && FRAMING.contains(name) && !before.equals(value) || !name.equals(name.strip())) {
                throw new ProtocolException("the head of the response is ambiguous at " + name);
            }
        }
        requireKnownFraming(headers);
        return headers;
    }

    /** A body whose end is guessed could be taken for an object. */
    private static void requireKnownFraming(Map<String, String> headers) throws ProtocolException {
        String coding = headers.get(CODING);
        String length = headers.get(LENGTH);
        if (coding != null && !coding.equalsIgnoreCase("chunked")
                || length != null && !DIGITS.matcher(length).matches()) {
            throw new ProtocolException(
                    "the response has the length '" + length + "' and the transfer coding '" + coding
                            + "'");
        }
    }

    boolean isChunked() {
        return headers.containsKey(CODING);
    }

    /** The length of the body, or -1 if it lasts until the connection ends. Without meaning if it is chunked. */
    long length() {
        if (status == 204 || status == 304) {
            return 0;
        }
        String length = headers.get(LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }
}
