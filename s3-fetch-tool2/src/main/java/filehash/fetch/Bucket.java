package filehash.fetch;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpStatusCode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The folder of the bucket, as the AWS SDK has it. Each call is one request, never more: who calls decides
 * about trying again. An IOException is worth another try, a {@link Refusal} is not. Safe for use by several threads;
 * closing it breaks off what is on its way.
 */
final class Bucket implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Without a single byte. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** One for all attempts: what it has got, it keeps until that is about to expire. */
    private static final AwsCredentialsProvider CHAIN = DefaultCredentialsProvider.builder().build();

    private final String place;
    private final String bucket;
    private final String root;
    private final boolean tokenIsFixed;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final S3Client s3;
    private final Gets gets;

    /** @param any as from {@link Gets#presigned} */
    Bucket(Conf conf, SdkHttpClient http, AwsCredentialsProvider credentials, SdkHttpRequest any) {
        Conf.S3 to = conf.s3();
        this.place = "bucket " + to.bucket() + (to.endpoint() == null ? " in " + to.region() : " at " + to.endpoint());
        this.bucket = to.bucket();
        this.root = conf.root();
        this.tokenIsFixed = to.token() != null;
        this.credentials = credentials;
        this.http = http;
        S3ClientBuilder builder = S3Client.builder().httpClient(http).credentialsProvider(credentials)
                .region(Region.of(to.region()))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()));
        this.s3 = (to.endpoint() == null ? builder : builder.endpointOverride(to.endpoint()).forcePathStyle(true))
                .build();
        this.gets = new Gets(http, credentials, any);
    }

    static Bucket open(Conf conf, int connections) throws GiveUp {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder().maxConnections(connections)
                .connectionTimeout(CONNECT).socketTimeout(SILENCE);
        String caBundle = System.getenv(CaBundle.VARIABLE);
        if (caBundle != null && !caBundle.isBlank()) {
            TrustManager[] trusted = CaBundle.trusted(Path.of(caBundle));
            http.tlsTrustManagersProvider(() -> trusted);
        }
        try {
            SdkHttpRequest any = Gets.presigned(conf.s3());
            return new Bucket(conf, http.build(), credentials(conf.s3()), any);
        } catch (RuntimeException e) { // what is wrong in a profile is no SdkException
            throw GiveUp.conf("no address of S3 for what /conf and the environment say: " + e.getMessage());
        }
    }

    private static AwsCredentialsProvider credentials(Conf.S3 s3) {
        if (s3.key() == null) {
            return Bucket::fromTheChain; // which thus is not closed with the client
        }
        AwsCredentials fixed = s3.token() == null
                ? AwsBasicCredentials.create(s3.key().reveal(), s3.secret().reveal())
                : AwsSessionCredentials.create(s3.key().reveal(), s3.secret().reveal(), s3.token().reveal());
        return StaticCredentialsProvider.create(fixed);
    }

    /** Each of its links has exceptions of its own. */
    private static AwsCredentials fromTheChain() {
        try {
            return CHAIN.resolveCredentials();
        } catch (RuntimeException e) {
            throw SdkClientException.create(e.getMessage(), e);
        }
    }

    /** Gets them if there are none yet, which can take minutes where who gives them is not heard of. */
    void requireCredentials() throws GiveUp {
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            throw GiveUp.conf("no credentials for S3: " + e.getMessage());
        }
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
        String what = "LIST " + root;
        ListObjectsV2Response answer = asked(what, () -> s3.listObjectsV2(list -> list.bucket(bucket).prefix(root)
                .encodingType(EncodingType.URL).startAfter(after == null || token != null ? null : root + after)
                .continuationToken(token)));
        if (answer.isTruncated() == null || answer.isTruncated() && answer.nextContinuationToken() == null) {
            throw new ErrorAnswer.Lasting(what + ": the answer does not say whether, or how, the listing goes on: does "
                    + "the server know ListObjectsV2?", null);
        }
        List<Item> items = new ArrayList<>(answer.contents().size());
        for (S3Object object : answer.contents()) {
            if (!object.key().startsWith(root)) {
                throw new Refusal(what + ": '" + object.key() + "' does not begin so", HttpStatusCode.OK, "", false);
            }
            items.add(Item.listed(object.key().substring(root.length()), object.size(), object.eTag()));
        }
        return new Page(items, answer.isTruncated() ? answer.nextContinuationToken() : null);
    }

    /** Begins to get a part of an object, or all of it, in its version. */
    Body get(Part part) throws IOException, Refusal {
        return get(part, false);
    }

    /** @param gzip whether it may come packed so, as some servers store it */
    Body get(Part part, boolean gzip) throws IOException, Refusal {
        Item item = part.item();
        String what = "GET " + root + item.name();
        String range = part.whole() ? null : "bytes=" + part.from() + "-" + part.last();
        return new Body(what, part, asked(what, () -> gets.get(root + item.name(), item.etag(), range, gzip)));
    }

    /** The object in the version that it has now. HEAD would do, but says nothing of why it is refused. */
    Item lookUp(Item item) throws IOException, Refusal {
        Item any = item.inVersion(item.size(), null);
        try (Body now = get(new Part(any, 0, any.size()))) {
            if (now.length() == null) {
                throw new Refusal(now + ": it does not tell its length", Refusal.PRECONDITION_FAILED, "", false);
            }
            return item.inVersion(now.length(), now.etag());
        }
    }

    /** Gets as many of its first bytes, of whatever version. */
    void touch(Item item, int most) throws IOException, Refusal {
        Part first = new Part(item.inVersion(item.size(), null), 0, Math.min(most, item.size()));
        try (Body body = get(first)) {
            byte[] buffer = new byte[8192];
            for (long left = first.length(); left > 0;) {
                int read = body.read(buffer, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException(body + ": " + left + " bytes of " + first.length() + " did not come");
                }
                left -= read;
            }
            body.read(buffer, 1); // the end, so that the connection can be used again
        }
    }

    /** One request, until its answer begins to come. */
    private interface Request<T> {
        T send() throws IOException;
    }

    private <T> T asked(String what, Request<T> request) throws IOException, Refusal {
        try {
            return request.send();
        } catch (SdkException e) {
            throw ErrorAnswer.read(what, e, tokenIsFixed);
        } catch (IOException | UncheckedIOException e) { // unchecked when the connection breaks in the middle of a page
            throw ErrorAnswer.broken(what, e);
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
}
