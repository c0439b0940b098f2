package filehash.fetch.s3;

import filehash.fetch.http.Deadline;
import filehash.fetch.http.Response;
import filehash.pod.Conf;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Requests pages of the listing of a folder. Thread-safe. */
public final class Pages {
    private final boolean hasStaticToken;
    private final String root;
    private final SignedGets gets;
    private final PageReader reader = new PageReader();
    private final Duration longest;
    private volatile Duration timeout;

    Pages(Conf conf, SignedGets gets, Duration timeout, Duration longest) {
        this.hasStaticToken = conf.s3().token() != null;
        this.root = conf.root();
        this.gets = gets;
        this.timeout = timeout;
        this.longest = longest;
    }

    /**
     * One page of the listing.
     *
     * @param next the continuation token of the next page, or null after the last page
     */
    public record Page<T>(List<T> items, String next) {
    }

    /**
     * @param after the name after which the listing begins, or null to begin with the first name
     * @param token the continuation token of the page, or null for the first page
     */
    Page<Item> list(String after, String token) throws IOException, Refusal {
        return page(after, token, object -> Item.listed(name(object), object.size(), object.etag()));
    }

    /** The same page with the storage classes. */
    Page<Listed> survey(String after, String token) throws IOException, Refusal {
        return page(after, token, object -> new Listed(name(object), object.size(),
                object.storageClass() == null ? "STANDARD" : object.storageClass()));
    }

    /** Requests the object as LIST shows it now, or null. */
    Item find(String name) throws IOException, Refusal {
        String key = root + name;
        String what = "LIST " + key;
        SortedMap<String, String> parameters = parameters(key);
        parameters.put("max-keys", "1");
        try {
            return S3Errors.sent(what, hasStaticToken, () -> listed(parameters))
                    .entries().stream().filter(object -> object.key().equals(key))
                    .map(object -> Item.listed(name, object.size(), object.etag())).findFirst().orElse(null);
        } catch (Refusal e) { // a failed LIST is not the failure of one object
            if (e.ofAttempt()) {
                throw e;
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    private <T> Page<T> page(String after, String token, Function<PageReader.Entry, T> read)
            throws IOException, Refusal {
        String what = "LIST " + root;
        String from = after == null || token != null ? null : root + after;
        PageReader.Answer answer = answer(what, from, token);
        requireEcho(what, from, answer.startAfter());
        if (answer.truncated() == null || answer.truncated() && answer.token() == null) {
            throw new S3Errors.Lasting(what + ": the page is truncated without a continuation token, or does not "
                    + "state whether it is truncated: does the server support ListObjectsV2?", null);
        }
        List<T> items = new ArrayList<>(answer.entries().size());
        for (PageReader.Entry object : answer.entries()) {
            if (!object.key().startsWith(root)) {
                throw Refusal.ofListing(what + ": the server returned the key '" + object.key()
                        + "' outside the prefix");
            }
            items.add(read.apply(object));
        }
        return new Page<>(items, answer.truncated() ? answer.token() : null);
    }

    private String name(PageReader.Entry object) {
        return object.key().substring(root.length());
    }

    private PageReader.Answer answer(String what, String from, String token) throws IOException, Refusal {
        SortedMap<String, String> parameters = parameters(root);
        if (token != null) {
            parameters.put("continuation-token", token);
        }
        if (from != null) {
            parameters.put("start-after", from);
        }
        try {
            return S3Errors.sent(what, hasStaticToken, () -> listed(parameters));
        } catch (S3Errors.Doubtful e) { // a failed LIST is not the failure of one object
            throw e.refusal().isOfServer() ? new S3Errors.Lasting(e.getMessage(), e) : e;
        }
    }

    private static SortedMap<String, String> parameters(String prefix) {
        SortedMap<String, String> parameters = new TreeMap<>();
        parameters.put("list-type", "2");
        parameters.put("prefix", prefix);
        parameters.put("encoding-type", "url");
        return parameters;
    }

    private PageReader.Answer listed(SortedMap<String, String> parameters) throws IOException {
        Duration within = timeout;
        Deadline deadline = new Deadline(within);
        try (deadline; Response response = gets.list(parameters, deadline)) {
            return reader.read(response);
        } catch (IOException e) {
            if (!deadline.hasPassed()) {
                throw e;
            }
            Duration doubled = within.multipliedBy(2);
            timeout = doubled.compareTo(longest) < 0 ? doubled : longest; // some servers search long for the next names
            throw new IOException("no whole page within " + within.toMillis() + " ms", e);
        }
    }

    /** Guards against a server that misreads start-after: it would skip the names in between silently. */
    private static void requireEcho(String what, String sent, String echo) throws Refusal {
        if (sent == null || echo == null || echo.isEmpty() || echo.equals(sent) || sent.equals(decoded(echo))) {
            return;
        }
        throw Refusal.ofListing(what + ": the request is to start after '" + sent + "', but the server starts after '"
                + echo + "'");
    }

    /** Null if it is not encoded. */
    private static String decoded(String echo) {
        try {
            return URLDecoder.decode(echo, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // such as a lone percent sign
            return null;
        }
    }
}
