package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Contents;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.transfer.RetryPolicies;
import filehash.fetch.transfer.RetryPolicy;
import filehash.pod.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of S3 on the wire, and what they become: a class of failure, or the end of the attempt. */
class FailedObjectsTest {
    private static final byte[] CONTENT = Contents.random(1, 1000);
    private static final long FILES_BYTES = 1 << 20;

    @TempDir
    Path root;
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();
    private String message;

    @BeforeEach
    void start() {
        for (String name : new String[] {"a", "b", "c"}) {
            s3.objects().put("photos/" + name, FakeObject.of(CONTENT));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "DENIED | 403 | AccessDenied | Access Denied",
            "ARCHIVED | 403 | InvalidObjectState | The operation is not valid for the storage class of the object",
            "SSE_C | 400 | InvalidRequest | The object was stored using a form of Server Side Encryption. The correct "
                    + "parameters must be provided to retrieve the object.",
            "GONE | 404 | NoSuchKey | The specified key does not exist.",
            "REFUSED | 400 | KMS.DisabledException | the key is disabled",
            "REFUSED | 400 | InvalidArgument | whatever else it is"})
    void answer_becomesItsClassWithTheCode(Failure.Kind kind, int status, String code, String text)
            throws Exception {
        assertEquals(kind, failureOfGet(status, code, text));
        assertTrue(message.contains("GET photos/b: " + status + " " + code + ": " + text), message);
    }

    @Test
    void timeoutOfAProxyBeforeS3_passes() throws Exception {
        AtomicInteger times = new AtomicInteger();
        s3.fails(onB(exchange -> {
            if (times.getAndIncrement() > 0) {
                return false;
            }
            exchange.sendHead(408, Map.of(), 0);
            return true;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
    }

    @Test
    void errorWithAKeyThatXmlCannotHold_isStillRead() throws Exception {
        assertEquals(Failure.Kind.GONE, failureOfGet(404, "NoSuchKey",
                "not here</Message><Key>a&#x1;b</Key><Message>"));
        assertTrue(message.contains("404 NoSuchKey: not here"), message);
    }

    @Test
    void deleteMarker_isGone() throws Exception {
        assertEquals(Failure.Kind.GONE, failureOfGet(405, "MethodNotAllowed",
                "The specified method is not allowed against this resource.", "x-amz-delete-marker", "true"));
    }

    @Test
    void answersOfAProxyBeforeS3_pass() throws Exception {
        byte[] page = "default backend - 404".getBytes(StandardCharsets.UTF_8);
        AtomicInteger times = new AtomicInteger();
        List<Integer> statuses = List.of(404, 403, 407, 302, 400, 404, 403, 301, 421);
        s3.fails(onB(exchange -> {
            int time = times.getAndIncrement();
            if (time >= statuses.size()) {
                return false;
            }
            exchange.sendHead(statuses.get(time), Map.of(), page.length);
            exchange.write(page, page.length);
            return true;
        }));
        RetryPolicy policy = new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(10), 5, Duration.ofMinutes(1),
                10, Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(240), RetryPolicies.NEVER,
                Duration.ofMinutes(10));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES, policy)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "404 | ''", "403 | <!DOCTYPE html><title>403</title><p>Forbidden", "302 | moved",
            "501 | <Error><Code>NotImplemented</Code><Message>no</Message></Error>"})
    void answerOfAPossibleProxy_isARefusalAfterALongTime(int status, String page) throws Exception {
        byte[] body = page.getBytes(StandardCharsets.UTF_8);
        AtomicInteger times = new AtomicInteger();
        s3.fails(onB(exchange -> {
            times.incrementAndGet();
            exchange.sendHead(status, Map.of(), body.length);
            exchange.write(body, body.length);
            return true;
        }));
        assertEquals(Failure.Kind.REFUSED, failureOfB());
        assertTrue(message.contains("GET photos/b: " + status), message);
        assertTrue(times.get() >= 5, times + " times");
    }

    @Test
    void changedObject_isFetchedInItsNewVersion() throws Exception {
        FakeObject other = FakeObject.of(Contents.random(2, 2000));
        List<String> versions = new ArrayList<>();
        s3.fails(onB(exchange -> {
            s3.objects().put(exchange.key(), other);
            exchange.found(other);
            versions.add(exchange.header("If-Match"));
            if (exchange.header("If-Match") == null && versions.size() == 2) {
                exchange.sendError(403, "RequestTimeTooSkewed", "The difference is too large");
                return true;
            }
            return false;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(other.content()), pod.fetch(s3).get("b"));
        }
        assertEquals(Arrays.asList(FakeObject.of(CONTENT).etag(), null, null, other.etag()), versions);
    }

    @Test
    void objectThatChangesAgain_isChanged() throws Exception {
        AtomicInteger versions = new AtomicInteger();
        changes(() -> FakeObject.of(Contents.random(versions.incrementAndGet(), 2000)));
        assertEquals(Failure.Kind.CHANGED, failureOfB());
        assertEquals(3, versions.get()); // the listed version, the current one, and the one after that
    }

    @Test
    void changedObject_isNoticedEvenIfTheServerIgnoresIfMatch() throws Exception {
        byte[] other = Contents.random(2, CONTENT.length);
        s3.fails(onB(exchange -> {
            s3.objects().put(exchange.key(), FakeObject.of(other));
            exchange.found(s3.objects().get(exchange.key()));
            exchange.sendHead(200, exchange.objectHeaders(), other.length);
            exchange.write(other, other.length);
            return true;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(other), pod.fetch(s3).get("b"));
        }
    }

    @Test
    void changedObject_isNoticedByItsLengthIfTheServerNamesNoVersions() throws Exception {
        byte[] other = Contents.random(2, 2000);
        s3.objects().replaceAll((key, object) -> object.withoutEtag());
        changes(() -> FakeObject.of(other).withoutEtag());
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(
                    Map.of("a", Contents.sha256(CONTENT), "b", Contents.sha256(other), "c", Contents.sha256(CONTENT)),
                    pod.fetch(s3));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 1000})
    void pages_ofAServerInFrontOfS3AreNeverHashed(int length) throws Exception {
        AtomicInteger pages = new AtomicInteger();
        s3.fails(onB(exchange -> {
            boolean strikes = pages.getAndIncrement() < 3;
            if (strikes) {
                exchange.sendHead(200, Map.of("Content-Type", "text/html"), length);
                exchange.write(new byte[length], length);
            }
            return strikes;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
    }

    /** Such a page may have an ETag, like any static file. */
    @Test
    void pages_withAnEtagAreNeverHashed() throws Exception {
        AtomicInteger times = new AtomicInteger();
        s3.fails(onB(exchange -> {
            boolean isPage = times.getAndIncrement() < 3;
            if (isPage) {
                exchange.sendHead(200, Map.of("Content-Type", "text/html", "ETag", "\"page\""), 30);
                exchange.write(new byte[30], 30);
            }
            return isPage;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
    }

    @Test
    void changedObject_isNotLookedUpInAPageOfAServerInFrontOfS3() throws Exception {
        AtomicInteger times = new AtomicInteger();
        s3.fails(onB(exchange -> {
            int time = times.getAndIncrement();
            if (time == 0) {
                exchange.sendError(412, "PreconditionFailed", "At least one of the pre-conditions did not hold");
            } else if (time < 3) {
                exchange.sendHead(200, Map.of("Content-Type", "text/html"), 30);
                exchange.write(new byte[30], 30);
            }
            return time < 3;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
    }

    @Test
    void changedObject_thatIsGoneWhenLookedUpIsGone() throws Exception {
        s3.fails(onB(exchange -> {
            if (s3.objects().remove(exchange.key()) == null) {
                return false;
            }
            exchange.sendError(412, "PreconditionFailed", "At least one of the pre-conditions did not hold");
            return true;
        }));
        assertEquals(Failure.Kind.GONE, failureOfB());
    }

    @Test
    void changedObject_thatMayNotBeReadAgainIsDenied() throws Exception {
        s3.fails(onB(exchange -> {
            boolean first = exchange.header("If-Match") != null;
            exchange.sendError(first ? 412 : 403, first ? "PreconditionFailed" : "AccessDenied", "x");
            return true;
        }));
        assertEquals(Failure.Kind.DENIED, failureOfB());
    }

    @Test
    void changedObject_withoutAnAnnouncedLengthIsChanged() throws Exception {
        s3.fails(onB(exchange -> {
            if (exchange.header("If-Match") != null) {
                exchange.sendError(412, "PreconditionFailed", "x");
            } else {
                exchange.sendHead(200, exchange.objectHeaders(), -1);
                exchange.end();
            }
            return true;
        }));
        assertEquals(Failure.Kind.CHANGED, failureOfB());
    }

    @Test
    void changedObject_thatHasOutgrownFilesBytesArrivesInSegments() throws Exception {
        byte[] grown = Contents.random(1, (int) FILES_BYTES + 1);
        changes(() -> FakeObject.of(grown));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(grown), pod.fetch(s3).get("b"));
        }
    }

    @Test
    void wrongChecksumTwice_isCorrupt() throws Exception {
        for (Map.Entry<String, String> wrong : Map.of("crc64nvme", Contents.crc64(new byte[1]), "crc32",
                Contents.crc32(new byte[1]), "crc32c", Contents.crc32c(new byte[1]), "sha1",
                Contents.sha("SHA-1", new byte[1]), "sha256", Contents.sha("SHA-256", new byte[1]), "sha512",
                Contents.sha("SHA-512", new byte[1]), "md5", Contents.sha("MD5", new byte[1])).entrySet()) {
            s3.objects().put("photos/b",
                    FakeObject.of(CONTENT).with("x-amz-checksum-" + wrong.getKey(), wrong.getValue()));
            long before = s3.requests("GET");
            assertEquals(Failure.Kind.CORRUPT, failureOfB(root.resolve(wrong.getKey())), wrong.getKey());
            assertEquals(4, s3.requests("GET") - before);
        }
    }

    @ParameterizedTest
    @CsvSource({"500, false", "0, true", "999, true", "1001, false"})
    void bodies_thatNeverHaveTheListedLengthAreIncomplete(int length, boolean reset) throws Exception {
        s3.fails(onB(cut(length, reset)));
        assertEquals(Failure.Kind.INCOMPLETE, failureOfB());
        assertTrue(message.contains("GET photos/b: "), message);
        assertTrue(s3.requests("GET") >= 20, s3.requests("GET") + " requests");
    }

    @Test
    void answer_thatAnnouncesAnotherLengthForTheSameVersionIsIncomplete() throws Exception {
        s3.fails(onB(exchange -> {
            exchange.sendHead(200, exchange.objectHeaders(), 500);
            exchange.write(CONTENT, 500);
            return true;
        }));
        assertEquals(Failure.Kind.INCOMPLETE, failureOfB());
        assertTrue(message.contains("500 bytes instead of 1000"), message);
    }

    @Test
    void onlyObjectOfTheFolder_canBeIncomplete() throws Exception {
        s3.objects().keySet().retainAll(Set.of("photos/b"));
        s3.fails(onB(cut(500, true)));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES, RetryPolicies.cuts(Duration.ofMillis(20)))) {
            assertEquals(Map.of("b", "INCOMPLETE"), pod.fetch(s3));
            String why = pod.failures().get("b").message();
            assertTrue(why.contains("no other object of at least 501 bytes arrived"), why);
        }
    }

    @Test
    void severalObjects_canBeIncompleteAtOnce() throws Exception {
        FakeS3.Fault cut = cut(500, true);
        s3.fails(exchange -> exchange.key() != null && !exchange.key().equals("photos/a") && cut.strikes(exchange));
        try (FetcherPod pod = new FetcherPod(root, 1, FILES_BYTES)) {
            assertEquals(Map.of("a", Contents.sha256(CONTENT), "b", "INCOMPLETE", "c", "INCOMPLETE"), pod.fetch(s3));
        }
    }

    @Test
    void bodies_allCutAreAnOutage() throws Exception {
        AtomicInteger times = new AtomicInteger();
        FakeS3.Fault cut = cut(500, true);
        s3.fails(exchange -> exchange.key() != null && times.incrementAndGet() < 75 && cut.strikes(exchange));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
    }

    @Test
    void bodies_allCutAtTheSameLengthAreAnOutage() throws Exception {
        byte[] large = Contents.random(3, 3 << 20);
        s3.objects().replaceAll((key, object) -> key.endsWith("a") ? object : FakeObject.of(large));
        AtomicInteger cuts = new AtomicInteger();
        s3.fails(exchange -> {
            byte[] body = exchange.key() == null ? CONTENT : exchange.asked();
            boolean strikes = body.length > 2 << 20 && cuts.incrementAndGet() < 30;
            if (strikes) {
                exchange.sendHead(exchange.header("Range") == null ? 200 : 206, exchange.objectHeaders(), body.length);
                exchange.write(body, 2 << 20);
                exchange.end();
            }
            return strikes;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, 10 << 20)) {
            assertEquals(
                    Map.of("a", Contents.sha256(CONTENT), "b", Contents.sha256(large), "c", Contents.sha256(large)),
                    pod.fetch(s3));
        }
    }

    @Test
    void content_thatTheServerDecompressesArrivesAsStored() throws Exception {
        byte[] unpacked = Contents.random(5, 3000);
        s3.fails(onB(exchange -> {
            assertFalse(exchange.header("Authorization").contains("accept-encoding"));
            if ("gzip".equals(exchange.header("Accept-Encoding"))) {
                return false;
            }
            exchange.sendHead(200, exchange.objectHeaders(), -1);
            exchange.write(unpacked, unpacked.length);
            exchange.end();
            return true;
        }));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
        assertEquals(4, s3.requests("GET"));
    }

    @Test
    void compositeChecksums_sayNothingOfTheWhole() throws Exception {
        s3.objects().put("photos/b", FakeObject.of(CONTENT).with("x-amz-checksum-crc32c", "AAAAAA==-3"));
        s3.objects().put("photos/c", FakeObject.of(CONTENT).with("x-amz-checksum-sha256", Contents.sha("SHA-256",
                new byte[0])).with("x-amz-checksum-type", "COMPOSITE"));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Contents.sha256(CONTENT), pod.fetch(s3).get("b"));
        }
    }

    @Test
    void nameOver256Characters_isTooLong() throws Exception {
        String longest = "\ud83d\ude00".repeat(256);
        s3.objects().put("photos/" + longest, FakeObject.of(CONTENT));
        s3.objects().put("photos/" + longest + "x", FakeObject.of(CONTENT));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            Map<String, String> all = pod.fetch(s3);
            assertEquals(Contents.sha256(CONTENT), all.get(longest));
            assertEquals("NAME_TOO_LONG", all.get(longest + "x"));
        }
    }

    /** Sends so many bytes without announcing a length. */
    private static FakeS3.Fault cut(int length, boolean reset) {
        return exchange -> {
            exchange.sendHead(200, exchange.objectHeaders(), -1);
            exchange.write(Arrays.copyOf(exchange.object().content(), length), length);
            if (reset) {
                exchange.reset();
            } else {
                exchange.end();
            }
            return true;
        };
    }

    @ParameterizedTest
    @CsvSource({"400, InvalidArgument, Unsupported header 'x-amz-checksum-mode' received for this API call.",
            "501, NotImplemented, Header 'x-amz-checksum-mode' with value 'ENABLED' not implemented"})
    void server_thatRejectsTheChecksumHeaderGetsRequestsWithoutIt(int status, String code, String text)
            throws Exception {
        s3.fails(exchange -> {
            boolean strikes = exchange.header("x-amz-checksum-mode") != null;
            if (strikes) {
                exchange.sendError(status, code, text);
            }
            return strikes;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES).connections(1)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
        assertEquals(4, s3.requests("GET"));
    }

    @Test
    void etags_thatDifferInQuotesOrAsWeakAreTheSame() throws Exception {
        s3.objects().replaceAll((key, object) -> new FakeObject(CONTENT, "abc" + key.length(), Map.of()));
        s3.fails(exchange -> {
            if (exchange.key() == null) {
                return false;
            }
            assertEquals("\"abc8\"", exchange.header("If-Match"));
            exchange.sendHead(200, Map.of("ETag", "W/\"abc8\""), CONTENT.length);
            exchange.write(CONTENT, CONTENT.length);
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
        assertEquals(3, s3.requests("GET"));
    }

    /** If-Match cannot carry them, so their objects have no version. */
    @ParameterizedTest
    @ValueSource(strings = {"\"\u00e9\"", "\"\u65e5\""})
    void etags_thatAreNotAsciiAreNone(String etag) throws Exception {
        s3.objects().replaceAll((key, object) -> new FakeObject(CONTENT, etag, Map.of()));
        s3.fails(exchange -> {
            if (exchange.key() == null) {
                return false;
            }
            assertNull(exchange.header("If-Match"));
            exchange.sendHead(200, Map.of(), CONTENT.length);
            exchange.write(CONTENT, CONTENT.length);
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
    }

    @Test
    void etag_thatGetSpellsDifferentlyIsAcceptedIfTheServerEvaluatesIfMatch() throws Exception {
        s3.fails(exchange -> {
            if (exchange.key() == null || !exchange.object().etag().equals(exchange.header("If-Match"))) {
                return false;
            }
            exchange.sendHead(200, Map.of("ETag", "\"encrypted\""), CONTENT.length);
            exchange.write(CONTENT, CONTENT.length);
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES).connections(1)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
        assertEquals(4, s3.requests("GET")); // one of them for a version that does not exist
    }

    @Test
    void testOfIfMatch_isRepeatedAfterAResponseThatNamesNoVersion() throws Exception {
        AtomicInteger tests = new AtomicInteger();
        s3.fails(exchange -> {
            if (exchange.key() == null) {
                return false;
            }
            boolean isTest = !exchange.object().etag().equals(exchange.header("If-Match"));
            if (isTest && tests.getAndIncrement() > 0) {
                return false;
            }
            exchange.sendHead(200, isTest ? Map.of() : Map.of("ETag", "\"encrypted\""), CONTENT.length);
            exchange.write(CONTENT, CONTENT.length);
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES).connections(1)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
        assertEquals(2, tests.get());
    }

    @Test
    void testOfIfMatch_doesNotCountAsABodyOfTheObject() throws Exception {
        AtomicInteger times = new AtomicInteger();
        s3.fails(exchange -> {
            if (exchange.key() == null || exchange.header("If-Match") == null) {
                return false;
            }
            if (exchange.object().etag().equals(exchange.header("If-Match"))) {
                exchange.sendHead(200, Map.of("ETag", "\"encrypted\""), CONTENT.length);
                exchange.write(CONTENT, CONTENT.length);
                return true;
            }
            boolean strikes = times.incrementAndGet() < 60;
            if (strikes) {
                exchange.reset();
            }
            return strikes;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            assertEquals(Set.of(Contents.sha256(CONTENT)), Set.copyOf(pod.fetch(s3).values()));
        }
    }

    @Test
    void nameOver1024Characters_isTooLongToo() throws Exception {
        String longest = "b" + "x".repeat(3000);
        s3.objects().put("photos/" + longest, FakeObject.of(CONTENT));
        try (FetcherPod pod = new FetcherPod(root, 10, FILES_BYTES)) {
            Map<String, String> all = pod.fetch(s3);
            assertEquals("NAME_TOO_LONG", all.get(longest));
            assertEquals(4, all.size());
        }
    }

    private Failure.Kind failureOfGet(int status, String code, String text, String... header)
            throws Exception {
        s3.fails(onB(exchange -> {
            exchange.sendError(status, code, text, header);
            return true;
        }));
        return failureOfB();
    }

    private Failure.Kind failureOfB() throws Exception {
        return failureOfB(root);
    }

    private Failure.Kind failureOfB(Path folder) throws Exception {
        try (FetcherPod pod = new FetcherPod(folder, 10, FILES_BYTES)) {
            Map<String, String> all = pod.fetch(s3);
            assertEquals(3, all.size());
            assertEquals(Contents.sha256(CONTENT), all.get("a"));
            message = pod.failures().get("b").message();
            return Failure.Kind.valueOf(all.get("b"));
        }
    }

    /** Changes the version at each request. */
    private void changes(Supplier<FakeObject> next) {
        s3.fails(onB(exchange -> {
            s3.objects().put(exchange.key(), next.get());
            exchange.found(s3.objects().get(exchange.key()));
            return false;
        }));
    }

    private static FakeS3.Fault onB(FakeS3.Fault fault) {
        return exchange -> "photos/b".equals(exchange.key()) && fault.strikes(exchange);
    }
}
