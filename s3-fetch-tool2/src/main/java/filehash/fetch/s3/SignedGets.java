package filehash.fetch.s3;

import filehash.fetch.http.Gets;
import filehash.fetch.http.Quota;
import filehash.fetch.http.Response;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.retry.ClockSkew;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Sends signed requests past the SDK, whose layers take more CPU than everything else that a small object needs.
 * Thread-safe.
 */
final class SignedGets {
    private static final Logger LOG = LoggerFactory.getLogger(SignedGets.class);

    private final Gets objects;
    private final Gets lists;
    private final Quota quota;
    private final AwsCredentialsProvider credentials;
    private final BucketAddress address;
    private final boolean requesterPays;
    private final Signer signer;
    private volatile boolean checksums = true;
    private volatile Clock clock = Clock.systemUTC();

    /**
     * @param objects sends requests for objects
     * @param lists sends requests for pages of the listing
     * @param quota limits both
     */
    SignedGets(Gets objects, Gets lists, Quota quota, AwsCredentialsProvider credentials, BucketAddress address,
            boolean requesterPays) {
        this.objects = objects;
        this.lists = lists;
        this.quota = quota;
        this.credentials = credentials;
        this.address = address;
        this.requesterPays = requesterPays;
        this.signer = new Signer(address.server().authority(), address.region(), address.service());
    }

    /**
     * Requests an object.
     *
     * @param etag the only acceptable version, or null for any
     * @param range the bytes to send, or null for all
     * @param gzip whether the body may be compressed; if not, the request forbids it on the way too
     * @param begins receives the action that aborts the request, before the request is sent
     * @throws S3Exception if S3 refuses
     */
    Response get(String key, String etag, String range, boolean gzip, Consumer<Runnable> begins) throws IOException {
        boolean withChecksums = checksums;
        SortedMap<String, String> headers = headers();
        put(headers, S3Checksum.MODE, withChecksums ? S3Checksum.ENABLED : null);
        put(headers, "If-Match", etag);
        put(headers, "Range", range);
        // Accept-Encoding is not signed, because Google rewrites it on the way
        Response response = sent(objects, address.ofObject(key), "", headers, gzip ? "gzip" : "identity", begins);
        if (response.isSuccessful()) {
            return response;
        }
        S3Exception error = error(response);
        if (withChecksums && S3Checksum.isUnknown(error)) {
            if (checksums) {
                LOG.warn("{} rejects the header {}, so checksums are no longer requested: {}",
                        address.server().authority(), S3Checksum.MODE, error.getMessage());
            }
            checksums = false;
            return get(key, etag, range, gzip, begins);
        }
        throw error;
    }

    /**
     * Requests a page of the listing.
     *
     * @param begins receives the action that aborts the request, before the request is sent
     * @throws S3Exception if S3 refuses
     */
    Response list(SortedMap<String, String> parameters, Consumer<Runnable> begins) throws IOException {
        String query = BucketAddress.query(parameters.entrySet());
        Response response = sent(lists, address.ofBucket(), query, headers(), "identity", begins);
        if (response.isSuccessful()) {
            return response;
        }
        throw error(response);
    }

    private SortedMap<String, String> headers() {
        SortedMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        put(headers, "x-amz-request-payer", requesterPays ? "requester" : null);
        return headers;
    }

    private Response sent(Gets http, String path, String query, SortedMap<String, String> headers, String encoding,
            Consumer<Runnable> begins) throws IOException {
        quota.request(); // before it is signed, because a signature grows old
        signer.sign(path, query, headers, credentials.resolveCredentials(), clock.instant());
        headers.put("Accept-Encoding", encoding);
        headers.put("User-Agent", "filehash");
        return http.get(query.isEmpty() ? path : path + "?" + query, headers, begins);
    }

    private static void put(SortedMap<String, String> headers, String name, String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    /** On a clock-skew error, later requests are signed with the server's time. */
    private S3Exception error(Response response) throws IOException {
        S3Exception error = S3Errors.error(response);
        if (error.isClockSkewException()) {
            Clock own = Clock.systemUTC();
            ClockSkew.getServerTime(error.awsErrorDetails().sdkHttpResponse())
                    .ifPresent(now -> clock = Clock.offset(own, Duration.between(own.instant(), now)));
        }
        return error;
    }
}
