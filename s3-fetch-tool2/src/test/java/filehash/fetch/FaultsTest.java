package filehash.fetch;

import static java.time.ZoneOffset.UTC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeExchange;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.http.Quota;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Clients;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.RequestTimes;
import filehash.fetch.transfer.RetryPolicies;
import filehash.pod.Conf;
import filehash.pod.Names;
import filehash.program.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transient failures of the network and the server: what is published is complete, right and in order. */
class FaultsTest {
    private static final int SIZE = 300_000;
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(UTC);

    private static final Map<String, FakeObject> OBJECTS = new TreeMap<>();
    private static final Map<String, String> HASHES = new TreeMap<>();

    static {
        for (int i = 0; i < 40; i++) {
            byte[] content = Contents.random(i, i % 4 == 0 ? i : i % 4 == 1 ? SIZE / 3 : SIZE + i);
            String name = Integer.toHexString(100 + i);
            OBJECTS.put(name, FakeObject.of(content).with("x-amz-checksum-crc64nvme", Contents.crc64(content)));
            HASHES.put(name, Contents.sha256(content));
        }
    }

    @TempDir
    Path root;
    private final Map<String, String> expected = new TreeMap<>(Names.ORDER);
    private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @BeforeEach
    void start() {
        OBJECTS.forEach((name, object) -> s3.objects().put("photos/" + name, object));
        expected.putAll(HASHES);
    }

    @Test
    void body_thatEndsEarlyIsFetchedAgain() throws Exception {
        List<Integer> cuts = List.of(0, 1, 8191, 65_536, SIZE / 2, SIZE - 1);
        s3.fails(firstTimes(2, exchange -> {
            byte[] body = exchange.object().content();
            exchange.sendHead(200, exchange.objectHeaders(), body.length);
            exchange.write(body, Math.max(0, Math.min(body.length - 1, cut(exchange, cuts))));
            if (tries.get(exchange.key()).get() == 1) {
                exchange.end();
            } else {
                exchange.reset();
            }
            return true;
        }));
        assertAllComes();
    }

    @Test
    void body_thatEndsEarlyWithoutAnyOtherSignIsFetchedAgain() throws Exception {
        withoutChecksums();
        s3.fails(firstTimes(3, exchange -> {
            byte[] body = exchange.object().content();
            exchange.sendHead(200, exchange.objectHeaders(), -1);
            exchange.write(body, Math.min(body.length, cut(exchange, List.of(0, 1, SIZE / 2, SIZE - 1))));
            exchange.end(); // as after a complete body without an announced length
            return true;
        }));
        assertAllComes();
    }

    @Test
    void body_ofAnotherLengthThanAnnouncedOrListedIsFetchedAgain() throws Exception {
        s3.fails(firstTimes(3, exchange -> {
            byte[] body = exchange.object().content();
            int difference = switch (tries.get(exchange.key()).get()) {
                case 1 -> -1;
                case 2 -> 1;
                default -> 0;
            };
            byte[] other = Arrays.copyOf(body, Math.max(0, body.length + difference));
            exchange.sendHead(200, exchange.objectHeaders(), difference == 0 ? -1 : other.length);
            exchange.write(other, difference == 0 ? other.length / 2 : other.length);
            if (difference == 0) { // without an announced length, a cut looks like the end
                exchange.end();
            }
            return true;
        }));
        assertAllComes();
    }

    @Test
    void body_withoutAnAnnouncedLengthIsAcceptedIfComplete() throws Exception {
        s3.fails(gets(exchange -> {
            exchange.sendHead(200, exchange.objectHeaders(), -1);
            exchange.write(exchange.object().content(), exchange.object().content().length);
            exchange.end();
            return true;
        }));
        assertAllComes();
    }

    @Test
    void body_thatIsLongerThanListedIsNotAccepted() throws Exception {
        withoutChecksums();
        s3.fails(firstTimes(1, exchange -> {
            byte[] longer = Arrays.copyOf(exchange.object().content(), exchange.object().content().length + 1);
            exchange.sendHead(200, exchange.objectHeaders(), -1);
            exchange.write(longer, longer.length);
            exchange.end();
            return true;
        }));
        assertAllComes();
        assertEquals(2 * expected.size(), s3.requests("GET"));
    }

    @RepeatedTest(10) // the outcome has to arrive between two checks
    void body_withAFlippedByteIsFetchedAgain() throws Exception {
        s3.fails(firstTimes(1, exchange -> {
            byte[] body = exchange.object().content().clone();
            if (body.length == 0) {
                return false;
            }
            body[cut(exchange, List.of(0, body.length / 2, body.length - 1)) % body.length] ^= 1;
            exchange.sendHead(200, exchange.objectHeaders(), body.length);
            exchange.write(body, body.length);
            return true;
        }));
        assertAllComes();
    }

    @Test
    void failuresThatMayPass_areRetried() throws Exception {
        List<String> codes = List.of("503 SlowDown", "503 ServiceUnavailable", "500 InternalError", "502 BadGateway",
                "429 TooManyRequests", "400 RequestTimeout", "400 ExpiredToken", "403 RequestTimeTooSkewed",
                "400 ThrottlingException", "504 GatewayTimeout");
        s3.fails(firstTimes(2, exchange -> {
            String code = codes.get(cut(exchange, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
            exchange.sendError(Integer.parseInt(code.substring(0, 3)), code.substring(4), "once");
            return true;
        }));
        assertAllComes();
    }

    @Test
    void names_areRequestedAsTheyAre() throws Exception {
        for (String name : List.of("a b", "a+b", "a%20b", "a*~'()!$,b", "a?b#c&d=e;f:g@h", "a//b", "a/./b/../c",
                "a\"\\b", "a\u0001\nb", "\u00e4\ud83d\ude00")) {
            byte[] content = name.getBytes(StandardCharsets.UTF_8);
            s3.objects().put("photos/" + name, FakeObject.of(content));
            expected.put(name, Contents.sha256(content));
        }
        assertAllComes();
    }

    @Test
    void error_thatIsCutProvesNothing() throws Exception {
        byte[] error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
                .getBytes(StandardCharsets.UTF_8);
        s3.fails(firstTimes(2, exchange -> {
            exchange.sendHead(403, Map.of(), error.length);
            exchange.write(error, cut(exchange, List.of(0, 3, 20, error.length / 2, error.length - 1)));
            exchange.end();
            return true;
        }));
        assertAllComes();
    }

    @Test
    void clocks_thatDifferDoNotMatter() throws Exception {
        s3.fails(exchange -> {
            Instant now = Instant.now().minus(Duration.ofHours(2));
            Instant signed = AMZ_DATE.parse(exchange.header("x-amz-date"), Instant::from);
            if (Duration.between(now, signed).abs().compareTo(Duration.ofMinutes(15)) < 0) {
                return false;
            }
            exchange.sendError(403, "RequestTimeTooSkewed", "The difference between the request time and the server's "
                    + "time is too large.", "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(UTC)));
            return true;
        });
        assertAllComes();
    }

    @Test
    void requests_underWayAreAsManyAsAllowed() throws Exception {
        try (FetcherPod pod = new FetcherPod(root, 1000, 1 << 30).connections(5)) {
            assertEquals(expected, pod.fetch(s3));
            assertEquals(5, pod.metric("filehash_s3_requests_limit"));
        }
    }

    @Test
    void content_thatIsEncodedArrivesAsStored() throws Exception {
        s3.objects().replaceAll((key, object) -> object.with("Content-Encoding",
                List.of("gzip", "deflate", "br", "aws-chunked").get(Math.floorMod(key.hashCode(), 4))));
        assertAllComes();
    }

    @Test
    void connections_thatBreakWithoutAnAnswerAreReplaced() throws Exception {
        s3.fails(firstTimes(2, exchange -> {
            if (tries.get(exchange.key()).get() == 1) {
                exchange.reset();
            } else {
                exchange.end();
            }
            return true;
        }));
        assertAllComes();
    }

    @Test
    void list_thatFailsTwiceIsRetried() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        s3.fails(exchange -> {
            if (!exchange.verb().equals("LIST")) {
                return false;
            }
            switch (lists.incrementAndGet()) {
                case 1 -> exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                case 2 -> {
                    exchange.sendHead(200, Map.of(), 10_000);
                    exchange.reset();
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
        assertAllComes();
        assertEquals(3, s3.requests("LIST"));
    }

    @Test
    void list_cutAnywhereIsNeverTakenAsComplete() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        s3.objects().keySet().removeIf(key -> key.compareTo("photos/67") >= 0);
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (Clients clients = Clients.open(conf.s3(), RetryPolicies.QUICK.maxListTimeout(), Map.of(),
                new RequestTimes(new Metrics()), new Quota())) {
            Bucket bucket =
                    new Bucket(conf, RetryPolicies.QUICK.listTimeout(), RetryPolicies.QUICK.maxListTimeout(), clients);
            List<Item> all = bucket.list(null, null).items();
            s3.fails(exchange -> {
                byte[] page = s3.page(exchange.query()).getBytes(StandardCharsets.UTF_8);
                exchange.sendHead(200, Map.of(), -1);
                exchange.write(page, lists.incrementAndGet());
                exchange.end();
                return true;
            });
            int whole = 0;
            while (whole == 0) {
                try {
                    assertEquals(all, bucket.list(null, null).items());
                    whole = lists.get();
                } catch (IOException e) { // cut
                    assertTrue(lists.get() < 10_000);
                }
            }
        }
    }

    @Test
    void throttling_lowersTheRequestsUnderWayUntilItEnds() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean lowered = new AtomicBoolean();
        String metrics;
        try (FetcherPod pod = new FetcherPod(root, 10, 10L * SIZE + 1000).connections(10)) {
            s3.fails(gets(exchange -> {
                if (now.incrementAndGet() > 3) {
                    now.decrementAndGet();
                    refused.incrementAndGet();
                    exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                    return true;
                }
                Await.until("the limit is lowered", Await.BOUND,
                        () -> lowered.get() || pod.metric("filehash_s3_requests_limit") <= 3);
                lowered.set(true);
                TimeUnit.MILLISECONDS.sleep(20); // so that requests meet
                now.decrementAndGet();
                return false;
            }));
            assertEquals(expected, pod.fetch(s3));
            metrics = pod.metrics();
        }
        assertTrue(refused.get() > 0 && refused.get() < 2 * expected.size(), refused + " refused");
        assertTrue(metrics.contains("filehash_s3_failures_total " + refused + ".0\n"), metrics);
        assertTrue(metrics.contains("filehash_fetched_objects_total 40.0\n"), metrics);
    }

    private void withoutChecksums() {
        s3.objects().replaceAll((key, object) -> new FakeObject(object.content(), object.etag(), Map.of()));
    }

    private void assertAllComes() throws Exception {
        try (FetcherPod pod = new FetcherPod(root, 10, 10L * SIZE + 1000)) {
            assertEquals(expected, pod.fetch(s3));
        }
    }

    private FakeS3.Fault firstTimes(int times, FakeS3.Fault fault) {
        return gets(
                exchange -> tries.computeIfAbsent(exchange.key(), key -> new AtomicInteger()).incrementAndGet() <= times
                        && fault.strikes(exchange));
    }

    private static FakeS3.Fault gets(FakeS3.Fault fault) {
        return exchange -> exchange.verb().equals("GET") && fault.strikes(exchange);
    }

    /** One of them for each key. */
    private static int cut(FakeExchange exchange, List<Integer> from) {
        return from.get(Math.floorMod(exchange.key().hashCode(), from.size()));
    }
}
