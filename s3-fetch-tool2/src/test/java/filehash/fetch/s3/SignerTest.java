package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/** Our signatures are those of the SDK's signer. */
class SignerTest {
    private static final List<String> PATHS = List.of("/", "/bucket/a", "/a%20b%2Bc%2520d", "/a//b/./c/../d",
            "/%C3%A4%F0%9F%98%80", "/a%2A~%27%28%29%21%24%2Cb");
    private static final List<String> QUERIES =
            List.of("", "list-type=2&prefix=", "a=%20%2F%2B~&b=%C3%A4%2A&start-after=%25");
    private static final List<String> VALUES =
            List.of("\"0123\"", "\"a  b\tc\"", " padded ", "bytes=0-8388607", "requester");
    private static final Instant SUMMER = Instant.parse("2030-07-01T23:59:58Z");

    private final Random random = new Random(7);

    @Test
    void signature_isThatOfTheSdk() {
        Signer signer = new Signer("bucket.s3.example:8443", "eu-central-1", "s3");
        for (int i = 0; i < 500; i++) {
            AwsCredentials credentials = random.nextBoolean() ? AwsBasicCredentials.create("key", "secret" + i % 3)
                    : AwsSessionCredentials.create("key", "secret", "token" + i);
            Instant now = SUMMER.plusSeconds(i % 5);
            String path = any(PATHS);
            String query = any(QUERIES);
            SortedMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String name : List.of("If-Match", "Range", S3Checksum.MODE, "x-amz-request-payer")) {
                if (random.nextBoolean()) {
                    headers.put(name, any(VALUES));
                }
            }
            SdkHttpRequest expected = bySdk(path, query, headers, credentials, now);
            signer.sign(path, query, headers, credentials, now);
            assertEquals(expected.firstMatchingHeader("Authorization").orElseThrow(), headers.get("Authorization"));
            for (String name : headers.keySet()) {
                assertEquals(expected.firstMatchingHeader(name).orElseThrow(), headers.get(name));
            }
        }
    }

    private String any(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    private static SdkHttpRequest bySdk(String path, String query, SortedMap<String, String> headers,
            AwsCredentials credentials, Instant now) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder().method(SdkHttpMethod.GET).protocol("https")
                .host("bucket.s3.example").port(8443).encodedPath(path);
        headers.forEach(request::putHeader);
        for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
            String[] pair = parameter.split("=", 2);
            request.putRawQueryParameter(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return AwsV4HttpSigner.create().sign(sign -> sign.identity(credentials).request(request.build())
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC))).request();
    }
}
