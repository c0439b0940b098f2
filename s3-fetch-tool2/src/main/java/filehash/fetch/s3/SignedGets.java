package filehash.fetch.s3;

import filehash.pod.Conf;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.ClockSkew;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Requests objects by the SDK's signer and its HTTP client. The layers of the SDK's S3 client between the two are left
 * out, because they take more CPU than everything else that a small object needs. The downside is that the rules of
 * addressing are not in reach: they are read from one request that the SDK presigns. Thread-safe.
 */
final class SignedGets {
    private static final Logger LOG = LoggerFactory.getLogger(SignedGets.class);
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
    /** Placeholder key: we presign one request for it to learn how the SDK addresses this bucket. */
    private static final String ANY = "-";

    private final SdkHttpClient http;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpRequest bucket;
    private final String service;
    private final String region;
    private volatile boolean checksums = true;
    private volatile Clock clock = Clock.systemUTC();

    /** @param template as {@link #template} returns it */
    SignedGets(SdkHttpClient http, AwsCredentialsProvider credentials, SdkHttpRequest template,
            boolean requesterPays) {
        String path = template.encodedPath();
        String[] scope = template.firstMatchingRawQueryParameter("X-Amz-Credential").orElseThrow().split("/");
        this.http = http;
        this.credentials = credentials;
        SdkHttpRequest.Builder request = SdkHttpRequest.builder().method(SdkHttpMethod.GET)
                .protocol(template.protocol()).host(template.host()).port(template.port())
                .encodedPath(path.substring(0, path.length() - ANY.length()))
                .putHeader("User-Agent", "filehash");
        if (requesterPays) {
            request.putHeader("x-amz-request-payer", "requester");
        }
        this.bucket = request.build();
        this.service = scope[scope.length - 2];
        this.region = scope[scope.length - 3];
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
    HttpExecuteResponse get(String key, String etag, String range, boolean gzip, Consumer<Runnable> begins)
            throws IOException {
        boolean withChecksums = checksums;
        SdkHttpRequest.Builder request = bucket.toBuilder().encodedPath(bucket.encodedPath() + encoded(key));
        if (withChecksums) {
            request.putHeader(S3Checksum.MODE, S3Checksum.ENABLED);
        }
        if (etag != null) {
            request.putHeader("If-Match", etag);
        }
        if (range != null) {
            request.putHeader("Range", range);
        }
        // not signed, because Google rewrites it on the way
        SdkHttpRequest whole = signed(request.build()).toBuilder()
                .putHeader("Accept-Encoding", gzip ? "gzip" : "identity").build();
        ExecutableHttpRequest executable =
                http.prepareRequest(HttpExecuteRequest.builder().request(whole).build());
        begins.accept(executable::abort);
        HttpExecuteResponse answer = executable.call();
        if (answer.httpResponse().isSuccessful()) {
            return answer;
        }
        S3Exception error = error(answer);
        if (withChecksums && S3Checksum.isUnknown(error)) {
            if (checksums) {
                LOG.warn("{} rejects the header {}, so checksums are no longer requested: {}", request.host(),
                        S3Checksum.MODE, error.getMessage());
            }
            checksums = false;
            return get(key, etag, range, gzip, begins);
        }
        throw error;
    }

    private SdkHttpRequest signed(SdkHttpRequest request) {
        return SIGNER.sign(sign -> sign.identity(credentials.resolveCredentials()).request(request)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                // S3 signs a key as it stands
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock)).request();
    }

    /** On a clock-skew error, later requests are signed with the server's time. */
    private S3Exception error(HttpExecuteResponse answer) throws IOException {
        S3Exception error = S3Errors.error(answer);
        if (error.isClockSkewException()) {
            Clock own = Clock.systemUTC();
            ClockSkew.getServerTime(answer.httpResponse())
                    .ifPresent(now -> clock = Clock.offset(own, Duration.between(own.instant(), now)));
        }
        return error;
    }

    /** Encodes a key for a path, which differs a little from the encoding of forms. */
    private static String encoded(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8)
                .replace("+", "%20").replace("*", "%2A").replace("%7E", "~").replace("%2F", "/");
    }
}
