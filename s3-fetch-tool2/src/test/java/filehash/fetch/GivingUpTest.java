package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.Secret;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with rights, credentials or the bucket is no object's fault: the attempt ends with the reason. */
class GivingUpTest {
    private static final FakeObject OBJECT = FakeObject.of(new byte[10]);

    @TempDir
    Path root;
    @AutoClose
    private FakeS3 s3;

    @BeforeEach
    void start() throws IOException {
        s3 = new FakeS3();
    }

    @ParameterizedTest
    @CsvSource({"403, AccessDenied, ROOT", "301, PermanentRedirect, ROOT", "307, TemporaryRedirect, ROOT",
        "400, AuthorizationHeaderMalformed, ROOT", "404, NoSuchBucket, ROOT", "403, InvalidAccessKeyId, CONF",
        "404, InvalidAccessKeyId, CONF", "403, SignatureDoesNotMatch, CONF", "400, InvalidToken, CONF"})
    void list_thatIsRefusedEndsTheAttemptWithTheCode(int status, String code, Stopped.Fault fault) throws Exception {
        s3.fails(exchange -> {
            exchange.sendError(status, code, "no");
            return true;
        });
        Stopped stopped = stopped();
        assertEquals(fault, stopped.fault());
        assertTrue(stopped.why().contains(status + " " + code), stopped.why());
        assertTrue(stopped.why().contains(s3.endpoint().toString()), stopped.why());
        assertEquals(1, s3.requests("LIST"));
    }

    @Test
    void bucket_thatTheEndpointCannotHaveEndsTheAttempt() {
        Conf.S3 to = new Conf.S3("arn:aws:s3:us-east-1:123456789012:accesspoint/a", s3.endpoint(), "us-east-1",
                new Secret("key"), new Secret("secret"), null);
        GiveUp end = assertThrows(GiveUp.class, () -> Bucket.open(Pod.conf(to, 0, 1), 1));
        assertTrue(end.getMessage().contains("no address of S3"), end.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"404, NoSuchBucket, ROOT", "403, InvalidAccessKeyId, CONF", "403, SignatureDoesNotMatch, CONF",
        "400, AuthorizationHeaderMalformed, ROOT"})
    void get_thatIsRefusedForTheCredentialsOrTheBucketEndsTheAttemptAtOnce(int status, String code,
            Stopped.Fault fault) throws Exception {
        fill(50);
        s3.fails(exchange -> {
            if (exchange.verb().equals("GET")) {
                exchange.sendError(status, code, "no");
            }
            return exchange.verb().equals("GET");
        });
        Stopped stopped = stopped();
        assertEquals(fault, stopped.fault());
        assertTrue(stopped.why().contains(code), stopped.why());
        assertTrue(s3.requests("GET") <= 10, s3.requests("GET") + " requests");
    }

    @Test
    void expiredToken_ofConfEndsTheAttemptBecauseTheNextReadsItAnew() throws Exception {
        fill(3);
        s3.fails(exchange -> {
            if (exchange.verb().equals("GET")) {
                assertEquals("old token", exchange.header("x-amz-security-token"));
                exchange.sendError(400, "ExpiredToken", "The provided token has expired.");
            }
            return exchange.verb().equals("GET");
        });
        try (Pod pod = new Pod(root, 10, 1 << 20)) {
            Conf conf = Pod.conf(new Conf.S3(FakeS3.BUCKET, s3.endpoint(), "us-east-1", new Secret("key"),
                    new Secret("secret"), new Secret("old token")), 0, 1);
            Stopped stopped = pod.start().work(conf, "", 0).stopped();
            assertEquals(Stopped.Fault.CONF, stopped.fault());
            assertTrue(stopped.why().contains("ExpiredToken"), stopped.why());
        }
    }

    @Test
    void first100_allRefusedEndTheAttempt() throws Exception {
        fill(120);
        s3.fails(denied(name -> true));
        assertRights(100);
    }

    @Test
    void first100_butOneRefusedAreFailures() throws Exception {
        fill(120);
        s3.fails(denied(name -> !name.equals("00063")));
        try (Pod pod = new Pod(root, 10, 1 << 20)) {
            Map<String, String> all = pod.fetch(s3);
            assertEquals(120, all.size());
            assertEquals(119, all.values().stream().filter("DENIED"::equals).count());
        }
    }

    @Test
    void thousandInARow_refusedEndTheAttempt() throws Exception {
        fill(1200);
        s3.fails(denied(name -> !name.equals("00002")));
        assertRights(1003);
    }

    @Test
    void fewerThan100_allRefusedAreFailures() throws Exception {
        fill(99);
        s3.fails(denied(name -> true));
        try (Pod pod = new Pod(root, 10, 1 << 20)) {
            assertEquals(99, pod.fetch(s3).size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b a", "a a", "a b a/x", "\ud83d\ude00 \ufffd"})
    void order_otherThanOfUtf8BytesIsRefused(String names) throws Exception {
        s3.fails(listed(List.of(names.split(" "))));
        Stopped stopped = stopped();
        assertEquals(Stopped.Fault.CONF, stopped.fault());
        assertTrue(stopped.why().contains("S3 server lists in another order"), stopped.why());
        assertTrue(stopped.why().contains(s3.endpoint().toString()), stopped.why());
    }

    @Test
    void order_isWatchedFromWhatIsStoredOn() throws Exception {
        s3.fails(listed(List.of("a", "b")));
        try (Pod pod = new Pod(root, 10, 1 << 20)) {
            pod.start().work(Pod.conf(s3.endpoint(), 0, 1), "a", 1);
            assertTrue(pod.stopped().why().contains("order"), "start-after was not heeded");
        }
    }

    @Test
    void keys_ofAnotherFolderAreRefused() throws Exception {
        s3.fails(listed(List.of("../other/a")));
        assertEquals(Stopped.Fault.ROOT, stopped().fault());
    }

    private Stopped stopped() throws IOException {
        try (Pod pod = new Pod(root, 10, 1 << 20)) {
            Conf conf = Pod.conf(s3.endpoint(), 0, 1);
            Stopped stopped = pod.start().work(conf, "", 0).stopped();
            assertEquals(conf.id(), stopped.id());
            assertFalse(pod.directory.has(SharedDirectory.S3_FIN));
            return stopped;
        }
    }

    /** After so many objects. */
    private void assertRights(int objects) throws Exception {
        try (Pod pod = new Pod(root, 10, 1 << 20)) {
            Stopped stopped = pod.start().work(Pod.conf(s3.endpoint(), 0, 1), "", 0).stopped();
            assertEquals(Stopped.Fault.ROOT, stopped.fault());
            assertTrue(stopped.why().contains("AccessDenied"), stopped.why());
            pod.takeAll();
            assertEquals(objects, pod.taken().size());
        }
    }

    private void fill(int objects) {
        for (int i = 0; i < objects; i++) {
            s3.objects().put(String.format("photos/%05d", i), FakeObject.of(new byte[10]));
        }
    }

    private static FakeS3.Fault denied(Predicate<String> names) {
        return exchange -> {
            boolean strikes = exchange.verb().equals("GET") && names.test(exchange.key().substring("photos/".length()));
            if (strikes) {
                exchange.sendError(403, "AccessDenied", "Access Denied");
            }
            return strikes;
        };
    }

    /** In this order. */
    private static FakeS3.Fault listed(List<String> names) {
        return exchange -> {
            if (exchange.verb().equals("LIST")) {
                StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType>");
                names.stream().map(name -> ("photos/" + name).replace("photos/../", ""))
                        .forEach(key -> xml.append(FakeS3.contents(key, OBJECT)));
                exchange.send(xml.append("<IsTruncated>false</IsTruncated></ListBucketResult>").toString()
                        .getBytes(StandardCharsets.UTF_8));
            }
            return exchange.verb().equals("LIST");
        };
    }
}
