package filehash.fetch.s3;

import filehash.pod.Conf;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Requests pages of the listing of a folder. Thread-safe. */
public final class Pages {
    private final Conf.S3 to;
    private final String root;
    private final S3Client s3;
    private final Duration longest;
    private volatile Duration timeout;

    Pages(Conf conf, S3Client s3, Duration timeout, Duration longest) {
        this.to = conf.s3();
        this.root = conf.root();
        this.s3 = s3;
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
        return page(after, token, object -> Item.listed(name(object), object.size(), object.eTag()));
    }

    /** The same page with the storage classes. */
    Page<Listed> survey(String after, String token) throws IOException, Refusal {
        return page(after, token, object -> new Listed(name(object), object.size(),
                object.storageClassAsString() == null ? "STANDARD" : object.storageClassAsString()));
    }

    private String name(S3Object object) {
        return object.key().substring(root.length());
    }

    private <T> Page<T> page(String after, String token, Function<S3Object, T> read) throws IOException, Refusal {
        String what = "LIST " + root;
        String from = after == null || token != null ? null : root + after;
        ListObjectsV2Response answer = answer(what, from, token);
        requireEcho(what, from, answer.startAfter());
        if (answer.isTruncated() == null || answer.isTruncated() && answer.nextContinuationToken() == null) {
            throw new S3Errors.Lasting(what + ": the page is truncated without a continuation token, or does not "
                    + "state whether it is truncated: does the server support ListObjectsV2?", null);
        }
        List<T> items = new ArrayList<>(answer.contents().size());
        for (S3Object object : answer.contents()) {
            if (!object.key().startsWith(root)) {
                throw Refusal.ofListing(what + ": the server returned the key '" + object.key()
                        + "' outside the prefix");
            }
            items.add(read.apply(object));
        }
        return new Page<>(items, answer.isTruncated() ? answer.nextContinuationToken() : null);
    }

    /** The object as LIST shows it now, or null. */
    Item find(String name) throws IOException, Refusal {
        String key = root + name;
        String what = "LIST " + key;
        try {
            return S3Errors.sent(what, to.token() != null, () -> s3.listObjectsV2(list -> page(list, key).maxKeys(1)))
                    .contents().stream().filter(object -> object.key().equals(key))
                    .map(object -> Item.listed(name, object.size(), object.eTag())).findFirst().orElse(null);
        } catch (Refusal e) { // a failed LIST is not the failure of one object
            if (e.ofAttempt()) {
                throw e;
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    private ListObjectsV2Request.Builder page(ListObjectsV2Request.Builder list, String prefix) {
        return list.bucket(to.bucket()).prefix(prefix).encodingType(EncodingType.URL)
                .requestPayer(to.requesterPays() ? RequestPayer.REQUESTER : null);
    }

    private ListObjectsV2Response answer(String what, String from, String token) throws IOException, Refusal {
        try {
            return S3Errors.sent(what, to.token() != null, () -> listed(from, token));
        } catch (S3Errors.Doubtful e) { // a failed LIST is not the failure of one object
            throw e.refusal().isOfServer() ? new S3Errors.Lasting(e.getMessage(), e) : e;
        }
    }

    private ListObjectsV2Response listed(String from, String token) {
        Duration within = timeout;
        try {
            return s3.listObjectsV2(list -> page(list, root).startAfter(from).continuationToken(token)
                    .overrideConfiguration(c -> c.apiCallAttemptTimeout(within)));
        } catch (ApiCallAttemptTimeoutException e) {
            Duration doubled = within.multipliedBy(2);
            timeout = doubled.compareTo(longest) < 0 ? doubled : longest; // some servers search long for the next names
            throw e;
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
