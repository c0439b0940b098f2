package filehash.fetch;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The folder of the bucket, and all that knows of the AWS SDK. Each call is one request, never more: who calls decides
 * about trying again. An IOException is worth another try, a {@link Refusal} is not. Safe for use by several threads;
 * closing it breaks off what is on its way.
 */
final class Bucket implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Without a single byte. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final String CHECKSUM_MODE = "x-amz-checksum-mode";
    /** Of status 4xx, yet passing. */
    private static final Set<String> PASSING = Set.of("RequestTimeout", "ExpiredToken", "RequestTimeTooSkewed",
            "OperationAborted", "ConditionalRequestConflict");

    private final String place;
    private final String bucket;
    private final String root;
    private final SdkHttpClient http;
    private final S3Client s3;

    private Bucket(Conf conf, AwsCredentialsProvider credentials, int connections) {
        Conf.S3 to = conf.s3();
        this.place = "bucket " + to.bucket() + (to.endpoint() == null ? " in " + to.region() : " at " + to.endpoint());
        this.bucket = to.bucket();
        this.root = conf.root();
        this.http = Apache5HttpClient.builder().maxConnections(connections).connectionTimeout(CONNECT)
                .socketTimeout(SILENCE).build();
        S3ClientBuilder builder = S3Client.builder().httpClient(http).credentialsProvider(credentials)
                .region(Region.of(to.region()))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()));
        this.s3 = (to.endpoint() == null ? builder : builder.endpointOverride(to.endpoint()).forcePathStyle(true))
                .build();
    }

    static Bucket open(Conf conf, int connections) throws GiveUp {
        AwsCredentialsProvider credentials = credentials(conf.s3());
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            throw GiveUp.conf("no credentials for S3: " + e.getMessage());
        }
        return new Bucket(conf, credentials, connections);
    }

    private static AwsCredentialsProvider credentials(Conf.S3 s3) {
        if (s3.key() == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        AwsCredentials fixed = s3.token() == null
                ? AwsBasicCredentials.create(s3.key().reveal(), s3.secret().reveal())
                : AwsSessionCredentials.create(s3.key().reveal(), s3.secret().reveal(), s3.token().reveal());
        return StaticCredentialsProvider.create(fixed);
    }

    /**
     * A page of the listing.
     *
     * @param next the token of the next page, or null after the last
     */
    record Page(List<Item> items, String next) {
    }

    /**
     * @param after the name after which the listing begins, or null for the first
     * @param token of this page, or null for the first
     */
    Page list(String after, String token) throws IOException, Refusal {
        ListObjectsV2Response answer;
        try {
            answer = s3.listObjectsV2(list -> list.bucket(bucket).prefix(root).encodingType(EncodingType.URL)
                    .startAfter(after == null || token != null ? null : root + after).continuationToken(token));
        } catch (SdkException e) {
            throw failed("LIST", root, e);
        }
        List<Item> items = new ArrayList<>(answer.contents().size());
        for (S3Object object : answer.contents()) {
            items.add(Item.listed(object.key().substring(root.length()), object.size(), object.eTag()));
        }
        return new Page(items, Boolean.TRUE.equals(answer.isTruncated()) ? answer.nextContinuationToken() : null);
    }

    /** Begins to get the object in this version, from an offset on. */
    Body get(Item item, long from, long length) throws IOException, Refusal {
        boolean whole = length == item.size();
        try {
            return new Body(s3.getObject(get -> get.bucket(bucket).key(root + item.name()).ifMatch(item.etag())
                    .range(whole ? null : "bytes=" + from + "-" + (from + length - 1))
                    // as a header: asked by the method for it, the SDK would check too, and not all of the kinds
                    .overrideConfiguration(c -> c.putHeader(CHECKSUM_MODE, "ENABLED"))));
        } catch (SdkException e) {
            throw failed("GET", root + item.name(), e);
        }
    }

    /** The object as it is now. */
    Item lookUp(Item item) throws IOException, Refusal {
        try {
            HeadObjectResponse now = s3.headObject(head -> head.bucket(bucket).key(root + item.name()));
            return item.inVersion(now.contentLength(), now.eTag());
        } catch (SdkException e) {
            throw failed("HEAD", root + item.name(), e);
        }
    }

    /** Where it is, for people. */
    @Override
    public String toString() {
        return place;
    }

    @Override
    public void close() {
        s3.close();
        http.close();
    }

    private IOException failed(String verb, String key, SdkException e) throws Refusal {
        if (!(e instanceof S3Exception)) {
            return new IOException(verb + " " + key + ": " + e.getMessage(), e);
        }
        AwsServiceException answer = (AwsServiceException) e;
        int status = answer.statusCode();
        boolean said = answer.awsErrorDetails() != null;
        String code = said && answer.awsErrorDetails().errorCode() != null ? answer.awsErrorDetails().errorCode() : "";
        String text = said && answer.awsErrorDetails().errorMessage() != null
                ? " " + answer.awsErrorDetails().errorMessage() : "";
        String message = verb + " " + key + ": " + status + " " + code + text;
        if (status >= 500 || answer.isThrottlingException() || PASSING.contains(code)) {
            return new IOException(message, e);
        }
        boolean deleteMarker = said && answer.awsErrorDetails().sdkHttpResponse() != null && answer.awsErrorDetails()
                .sdkHttpResponse().firstMatchingHeader("x-amz-delete-marker").filter("true"::equals).isPresent();
        throw new Refusal(message, status, code, deleteMarker);
    }
}
