package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.fetch.http.Gets;
import filehash.fetch.http.Quota;
import filehash.fetch.http.Response;
import filehash.fetch.http.Route;
import filehash.pod.Conf;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.RequestPayer;

/** A request has the same target and the same scope of its signature as that of the SDK's own client. */
class SignedGetsTest {
    private static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsSessionCredentials.create("key", "secret", "token"));
    private static final List<String> NAMES = List.of("a", "a b+c%20d", "a*~'()!$,b", "a?b#c&d=e;f:g@h",
            "/a//b/./c/../d", "a\"\\\n\u0001b", "\u00e4\ud83d\ude00");

    private final List<SdkHttpRequest> requests = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
            ", bucket, us-east-1",
            ", bucket, eu-central-1",
            ", bucket, aws-global",
            ", dotted.bucket, eu-central-1",
            ", bucket, cn-north-1",
            ", arn:aws:s3:eu-central-1:123456789012:accesspoint/photos, eu-central-1",
            ", arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/photos, us-east-1",
            "http://127.0.0.1:9000, bucket, us-east-1",
            "https://s3.example, dotted.bucket, eu-central-1",
            "https://s3.example:8443/a//b, under_score, aws-global"})
    void gets_areAddressedAndSignedAsTheClientDoes(URI endpoint, String bucket, String region) throws Exception {
        assertAsTheClientDoes(new Conf.S3(bucket, endpoint, region, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({
            ", bucket, eu-central-1, true",
            "https://oss-eu-central-1.example, bucket, eu-central-1, false",
            "https://s3.example:8443, dotted.bucket, us-east-1, false"})
    void gets_areAddressedInTheConfiguredStyle(URI endpoint, String bucket, String region, boolean path)
            throws Exception {
        assertAsTheClientDoes(new Conf.S3(bucket, endpoint, region, null, null, null, path, true));
    }

    private void assertAsTheClientDoes(Conf.S3 to) throws Exception {
        BucketAddress address = BucketAddress.of(to);
        Gets recorder = new Recorder(address.server());
        SignedGets gets = new SignedGets(recorder, recorder, new Quota(), CREDENTIALS, address, to.requesterPays());
        S3ClientBuilder sdk = S3Client.builder().httpClient(new SdkRecorder()).credentialsProvider(CREDENTIALS)
                .region(Region.of(to.region())).forcePathStyle(to.pathStyle()).endpointOverride(to.endpoint());
        try (S3Client client = sdk.build()) {
            for (String name : NAMES) {
                gets.get(name, "\"etag\"", null, false, abort -> {});
                client.headObject(head -> head.bucket(to.bucket()).key(name).ifMatch("\"etag\"")
                        .requestPayer(to.requesterPays() ? RequestPayer.REQUESTER : null)
                        .overrideConfiguration(c -> c.putHeader(S3Checksum.MODE, S3Checksum.ENABLED)));
                assertSame();
                gets.list(new TreeMap<>(Map.of("list-type", "2", "prefix", name, "encoding-type", "url")), abort -> {});
                client.listObjectsV2(list -> list.bucket(to.bucket()).prefix(name).encodingType(EncodingType.URL)
                        .requestPayer(to.requesterPays() ? RequestPayer.REQUESTER : null));
                assertSame();
            }
        }
    }

    private void assertSame() {
        assertEquals(said(requests.get(1)), said(requests.get(0)));
        requests.clear();
    }

    /** The parts of a request that decide on its target and its validity. */
    private static List<Object> said(SdkHttpRequest request) {
        String scope = request.firstMatchingHeader("Authorization").orElseThrow()
                .replaceFirst(".* Credential=(\\w+)/\\d+/([^,]+),.*", "$1 $2");
        URI uri = request.getUri();
        return List.of(uri.getScheme(), uri.getRawAuthority(), uri.getRawPath().isEmpty() ? "/" : uri.getRawPath(),
                new TreeMap<>(request.rawQueryParameters()), scope, request.firstMatchingHeader("Host"),
                request.firstMatchingHeader("X-Amz-Security-Token"), request.firstMatchingHeader("If-Match"),
                request.firstMatchingHeader(S3Checksum.MODE), request.firstMatchingHeader("x-amz-request-payer"));
    }

    /** Records each GET and answers 200. */
    private final class Recorder implements Gets {
        private final Route.Hop server;

        Recorder(Route.Hop server) {
            this.server = server;
        }

        @Override
        public Response get(String target, Map<String, String> headers, Consumer<Runnable> begins) {
            SdkHttpRequest.Builder request = SdkHttpRequest.builder().method(SdkHttpMethod.GET)
                    .uri(URI.create(server.toUri() + target)).putHeader("Host", server.authority());
            headers.forEach(request::putHeader);
            requests.add(request.build());
            return new Response(200, Map.of(), InputStream.nullInputStream());
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** Records each request of the SDK and answers 200. */
    private final class SdkRecorder implements SdkHttpClient {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    requests.add(request.httpRequest());
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpFullResponse.builder().statusCode(200).build()).build();
                }

                @Override
                public void abort() {
                    // no request is under way
                }
            };
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
