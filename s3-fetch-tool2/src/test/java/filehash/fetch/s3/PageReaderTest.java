package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.FakeS3;
import filehash.fetch.http.Quota;
import filehash.fetch.http.Response;
import filehash.pod.GiveUp;
import filehash.program.Metrics;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A page is read as the SDK itself reads it. */
class PageReaderTest {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    private static final String TAIL = "<IsTruncated>false</IsTruncated></ListBucketResult>";

    @AutoClose
    private final FakeS3 s3 = FakeS3.open();
    @AutoClose
    private final S3Client sdk = S3Client.builder().endpointOverride(s3.endpoint()).region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
            .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry())).build();
    @AutoClose
    private final Clients clients = open(s3.endpoint());
    private final PageReader reader = new PageReader();

    @ParameterizedTest
    @ValueSource(strings = {
            HEAD + TAIL,
            "<ListBucketResult>\n  <Name>b</Name>\n  <Prefix/>\n <Contents>\n  <Key>a&amp;b &lt;&#x43;&gt;</Key>\n"
                    + "  <Size>12</Size></Contents>\n " + TAIL,
            HEAD + "<!-- a comment --><Contents><ETag>&quot;e&quot;</ETag><Owner><ID>i</ID><Key>not this</Key></Owner>"
                    + "<Key> a  <![CDATA[<b>]]> </Key><Size>9223372036854775807</Size>"
                    + "<StorageClass>GLACIER</StorageClass><RestoreStatus>"
                    + "<IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus></Contents>"
                    + "<Contents><Key>\u00e4\u65e5\ud83d\ude00%41+</Key><Size>0</Size></Contents>" + TAIL,
            HEAD + "<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b==</NextContinuationToken>"
                    + "<StartAfter>photos/x</StartAfter><Contents><Key>k</Key><Size>1</Size><ETag></ETag></Contents>"
                    + "<CommonPrefixes><Prefix>p</Prefix></CommonPrefixes></ListBucketResult>",
            HEAD + "<Contents><Key>a%2Bb%20+c%C3%A4/%25</Key><Size>1</Size></Contents><EncodingType>url</EncodingType>"
                    + TAIL})
    void page_isReadAsTheSdkReadsIt(String page) throws Exception {
        s3.fails(exchange -> {
            exchange.send(page.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        ListObjectsV2Response expected = bySdk();
        PageReader.Answer read = read();
        assertEquals(expected.contents().stream().map(object -> new PageReader.Entry(object.key(), object.size(),
                object.eTag(), object.storageClassAsString())).toList(), read.entries());
        assertEquals(expected.isTruncated(), read.truncated());
        assertEquals(expected.nextContinuationToken(), read.token());
        assertEquals(expected.startAfter(), read.startAfter());
    }

    /** The SDK alone would decode StartAfter too, and fail. */
    @Test
    void keys_aloneAreDecoded() throws Exception {
        s3.fails(exchange -> {
            exchange.send((HEAD + "<EncodingType>url</EncodingType><Prefix>50%</Prefix><StartAfter>100%</StartAfter>"
                    + "<Contents><Key>50%25</Key><Size>1</Size></Contents>" + TAIL).getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThrows(IllegalArgumentException.class, this::bySdk);
        assertEquals("50%", read().entries().get(0).key());
        assertEquals("100%", read().startAfter());
    }

    @Test
    void encoding_isRecognizedInAnySpelling() throws Exception {
        s3.fails(exchange -> {
            exchange.send((HEAD + "<EncodingType> URL\n</EncodingType><Contents><Key>a%20b</Key><Size>1</Size>"
                    + "</Contents>" + TAIL).getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertEquals("a b", read().entries().get(0).key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html><p>maintenance</html>", "not XML", "", HEAD + "<Contents><Key>a</Key>",
            HEAD + "<Contents><Key>a</Key><Size>many</Size></Contents>" + TAIL,
            HEAD + "<Contents><Size>1</Size></Contents>" + TAIL,
            HEAD + "<Contents><Key>a</Key></Contents>" + TAIL,
            HEAD + "<Contents><Key>a</Key><Size>-1</Size></Contents>" + TAIL,
            HEAD + "<IsTruncated/></ListBucketResult>",
            HEAD + "<IsTruncated>1</IsTruncated></ListBucketResult>",
            HEAD + "<EncodingType>url</EncodingType><Contents><Key>100%</Key><Size>1</Size></Contents>" + TAIL})
    void answer_thatIsNoPageFails(String answer) {
        s3.fails(exchange -> {
            exchange.send(answer.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThrows(PageReader.Malformed.class, this::read);
    }

    @Test
    void error_withStatus200IsS3s() {
        s3.fails(exchange -> {
            exchange.send("<Error><Code>InternalError</Code><Message>again</Message></Error>"
                    .getBytes(StandardCharsets.UTF_8));
            return true;
        });
        S3Exception error = assertThrows(S3Exception.class, this::read);
        assertEquals("InternalError", error.awsErrorDetails().errorCode());
    }

    /** Whatever the answer, the connection is given back. */
    @Test
    void connections_areReused() throws Exception {
        for (int i = 0; i < 200; i++) {
            String page = i % 2 == 0 ? HEAD + TAIL : HEAD;
            s3.fails(exchange -> {
                exchange.send(page.getBytes(StandardCharsets.UTF_8));
                return true;
            });
            try {
                read();
            } catch (PageReader.Malformed e) {
                assertTrue(e.getMessage().contains("cannot read the page"), e.getMessage());
            }
        }
        assertTrue(s3.connections() <= 101, s3.connections() + " connections");
    }

    private ListObjectsV2Response bySdk() {
        return sdk.listObjectsV2(list -> list.bucket(FakeS3.BUCKET));
    }

    private PageReader.Answer read() throws IOException {
        try (Response response = clients.requests().list(new TreeMap<>(Map.of("list-type", "2")), abort -> {})) {
            return reader.read(response);
        }
    }

    private static Clients open(URI endpoint) {
        try {
            return Clients.open(Confs.of(endpoint, 0, 1).s3(), Duration.ofMinutes(1), Map.of(),
                    new RequestTimes(new Metrics()), new Quota());
        } catch (GiveUp e) {
            throw new IllegalStateException(e);
        }
    }
}
