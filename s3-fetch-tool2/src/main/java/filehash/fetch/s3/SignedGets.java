package filehash.fetch.s3;

import filehash.fetch.http.Gets;
import filehash.fetch.http.Response;
import filehash.fetch.http.Route;
import filehash.pod.Conf;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.ClockSkew;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Requests objects past the SDK, whose layers take more CPU than everything else that a small object needs. The
 * downside is that the rules of addressing are not in reach: they are read from one request that the SDK presigns.
 * Thread-safe.
 */
final class SignedGets {
    private static final Logger LOG = LoggerFactory.getLogger(SignedGets.class);
    /** Placeholder key: we presign one request for it to learn how the SDK addresses this bucket. */
    private static final String ANY = "-";
    private static final String PLAIN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/-_.~";

    private final Gets http;
    private final AwsCredentialsProvider credentials;
    private final String host;
    private final String path;
    private final boolean requesterPays;
    private final Signer signer;
    private volatile boolean checksums = true;
    private volatile Clock clock = Clock.systemUTC();

    /** @param template as {@link #template} returns it */
    SignedGets(Gets http, AwsCredentialsProvider credentials, SdkHttpRequest template, boolean requesterPays) {
        String[] scope = template.firstMatchingRawQueryParameter("X-Amz-Credential").orElseThrow().split("/");
        this.http = http;
        this.credentials = credentials;
        this.host = server(template).authority();
        this.path = template.encodedPath().substring(0, template.encodedPath().length() - ANY.length());
        this.requesterPays = requesterPays;
        this.signer = new Signer(host, scope[scope.length - 3], scope[scope.length - 2]);
    }

    /** @param template as {@link #template} returns it */
    static Route.Hop server(SdkHttpRequest template) {
        return new Route.Hop(template.protocol().equals("https"), template.host(), template.port());
    }

    /**
     * A GET presigned with dummy credentials; host, path prefix, signing name and region are read from it.
     *
     * @throws SdkException if the SDK cannot work out an address
     */
    static SdkHttpRequest template(Conf.S3 to) {
        S3Presigner.Builder sdk = S3Presigner.builder().region(Region.of(to.region()))
                .credentialsProvider(() -> AwsBasicCredentials.create("anybody", "any"))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(to.pathStyle()).build());
        if (to.endpoint() != null) {
            sdk.endpointOverride(to.endpoint());
        }
        try (S3Presigner presigner = sdk.build()) {
            return presigner.presignGetObject(presign -> presign.signatureDuration(Duration.ofMinutes(1))
                    .getObjectRequest(get -> get.bucket(to.bucket()).key(ANY))).httpRequest();
        }
    }

    /**
     * Sends one GET.
     *
     * @param etag the only acceptable version, or null for any
     * @param range the bytes to send, or null for all
     * @param gzip whether the body may be compressed; if not, the request forbids it on the way too
     * @param begins receives the action that aborts the request, before the request is sent
     * @throws S3Exception if S3 refuses
     */
    Response get(String key, String etag, String range, boolean gzip, Consumer<Runnable> begins) throws IOException {
        boolean withChecksums = checksums;
        String target = path + encoded(key);
        SortedMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        put(headers, S3Checksum.MODE, withChecksums ? S3Checksum.ENABLED : null);
        put(headers, "If-Match", etag);
        put(headers, "Range", range);
        put(headers, "x-amz-request-payer", requesterPays ? "requester" : null);
        signer.sign(target, headers, credentials.resolveCredentials(), clock.instant());
        headers.put("Accept-Encoding", gzip ? "gzip" : "identity"); // unsigned, because Google rewrites it on the way
        headers.put("User-Agent", "filehash");
        Response response = http.get(target, headers, begins);
        if (response.isSuccessful()) {
            return response;
        }
        S3Exception error = error(response);
        if (withChecksums && S3Checksum.isUnknown(error)) {
            if (checksums) {
                LOG.warn("{} rejects the header {}, so checksums are no longer requested: {}", host, S3Checksum.MODE,
                        error.getMessage());
            }
            checksums = false;
            return get(key, etag, range, gzip, begins);
        }
        throw error;
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

    /** Encodes a key for a path. Most keys need no encoding. */
    private static String encoded(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (PLAIN.indexOf(key.charAt(i)) < 0) {
                return URLEncoder.encode(key, StandardCharsets.UTF_8) // a path differs a little from a form
                        .replace("+", "%20").replace("*", "%2A").replace("%7E", "~").replace("%2F", "/");
            }
        }
        return key;
    }
}
