package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.FakeS3;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
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
    private final S3Client plain = client(s3.endpoint(), false);
    @AutoClose
    private final S3Client ours = client(s3.endpoint(), true);

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
    void page_isReadAsTheSdkReadsIt(String page) {
        s3.fails(exchange -> {
            exchange.send(page.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        ListObjectsV2Response expected = list(plain);
        ListObjectsV2Response read = list(ours);
        assertEquals(expected.contents().stream().map(object -> List.of(object.key(), object.size(),
                String.valueOf(object.eTag()), String.valueOf(object.storageClassAsString()))).toList(),
                read.contents().stream().map(object -> List.of(object.key(), object.size(),
                        String.valueOf(object.eTag()), String.valueOf(object.storageClassAsString()))).toList());
        assertEquals(expected.isTruncated(), read.isTruncated());
        assertEquals(expected.nextContinuationToken(), read.nextContinuationToken());
        assertEquals(expected.startAfter(), read.startAfter());
    }

    /** The SDK alone would decode StartAfter too, and fail. */
    @Test
    void keys_aloneAreDecoded() {
        s3.fails(exchange -> {
            exchange.send((HEAD + "<EncodingType>url</EncodingType><Prefix>50%</Prefix><StartAfter>100%</StartAfter>"
                    + "<Contents><Key>50%25</Key><Size>1</Size></Contents>" + TAIL).getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThrows(IllegalArgumentException.class, () -> list(plain));
        assertEquals("50%", list(ours).contents().get(0).key());
        assertEquals("100%", list(ours).startAfter());
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
        assertThrows(SdkClientException.class, () -> list(ours));
    }

    @Test
    void error_withStatus200IsS3s() {
        s3.fails(exchange -> {
            exchange.send("<Error><Code>InternalError</Code><Message>again</Message></Error>"
                    .getBytes(StandardCharsets.UTF_8));
            return true;
        });
        S3Exception error = assertThrows(S3Exception.class, () -> list(ours));
        assertEquals("InternalError", error.awsErrorDetails().errorCode());
    }

    /** Whatever the answer, the connection is given back. */
    @Test
    void connections_areReused() {
        for (int i = 0; i < 200; i++) {
            String page = i % 2 == 0 ? HEAD + TAIL : HEAD;
            s3.fails(exchange -> {
                exchange.send(page.getBytes(StandardCharsets.UTF_8));
                return true;
            });
            try {
                list(ours);
            } catch (SdkClientException e) {
                assertTrue(e.getMessage().contains("cannot read the page"), e.getMessage());
            }
        }
        assertTrue(s3.connections() <= 101, s3.connections() + " connections");
    }

    private static ListObjectsV2Response list(S3Client s3) {
        return s3.listObjectsV2(list -> list.bucket(FakeS3.BUCKET));
    }

    private static S3Client client(URI endpoint, boolean reads) {
        S3ClientBuilder builder = S3Client.builder().endpointOverride(endpoint).region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .overrideConfiguration(c -> {
                    c.retryStrategy(AwsRetryStrategy.doNotRetry());
                    if (reads) {
                        c.addExecutionInterceptor(new PageReader());
                    }
                });
        return builder.build();
    }
}
