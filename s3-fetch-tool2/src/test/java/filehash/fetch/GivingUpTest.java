package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.AwsCertificate;
import filehash.fetch.s3.Confs;
import filehash.fetch.transfer.RetryPolicies;
import filehash.fetch.transfer.RetryPolicy;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.pod.Stopped;
import filehash.program.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong rights, credentials or buckets are not the fault of an object: the attempt ends and states the reason. */
class GivingUpTest {
    private static final FakeObject OBJECT = FakeObject.of(new byte[10]);
    private static final RetryPolicy IMPATIENT = RetryPolicies.outage(Duration.ofMillis(500));

    @TempDir
    Path root;
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

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

    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:s3:us-east-1:123456789012:accesspoint/a", "arn:aws:s3:::photos"})
    void bucket_thatTheEndpointCannotHaveIsAFaultOfTheRequest(String bucket) throws Exception {
        assertNoAddress(new Conf.S3(bucket, s3.endpoint(), "us-east-1", new Secret("key"), new Secret("secret"), null));
    }

    @Test
    void bucket_ofAnotherRegionIsAFaultOfTheRequest() throws Exception {
        assertNoAddress(new Conf.S3("arn:aws:s3:eu-west-1:123456789012:accesspoint/a", null, "us-east-1",
                new Secret("key"), new Secret("secret"), null));
    }

    private void assertNoAddress(Conf.S3 to) throws Exception {
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Stopped stopped = pod.start().work(Confs.of(to, 0, 1), "", 0).stopped();
            assertEquals(Stopped.Fault.ROOT, stopped.fault());
            assertTrue(stopped.why().contains("cannot work out the address of bucket " + to.bucket()), stopped.why());
        }
    }

    @ParameterizedTest
    @CsvSource({"404, NoSuchBucket, ROOT", "403, InvalidAccessKeyId, CONF", "403, SignatureDoesNotMatch, CONF",
            "400, AuthorizationHeaderMalformed, ROOT", "400, TokenRefreshRequired, CONF", "403, AccountProblem, CONF",
            "403, AllAccessDisabled, ROOT", "403, NotSignedUp, CONF", "403, InvalidPayer, CONF",
            "403, InvalidSecurity, CONF", "400, AuthorizationQueryParametersError, CONF",
            "301, PermanentRedirect, ROOT",
            "307, TemporaryRedirect, ROOT"})
    void get_thatIsRefusedForTheCredentialsOrTheBucketEndsTheAttemptAtOnce(int status, String code,
            Stopped.Fault fault) throws Exception {
        fill(500);
        s3.fails(exchange -> {
            if (exchange.verb().equals("GET")) {
                exchange.sendError(status, code, "no");
            }
            return exchange.verb().equals("GET");
        });
        Stopped stopped = stopped();
        assertEquals(fault, stopped.fault());
        assertTrue(stopped.why().contains(code), stopped.why());
        assertTrue(s3.requests("GET") <= 200, s3.requests("GET") + " requests");
    }

    @Test
    void expiredToken_ofConfEndsTheAttemptBecauseTheNextReadsItAgain() throws Exception {
        fill(3);
        s3.fails(exchange -> {
            if (exchange.verb().equals("GET")) {
                assertEquals("old token", exchange.header("x-amz-security-token"));
                exchange.sendError(400, "ExpiredToken", "The provided token has expired.");
            }
            return exchange.verb().equals("GET");
        });
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Conf conf = Confs.of(new Conf.S3(FakeS3.BUCKET, s3.endpoint(), "us-east-1", new Secret("key"),
                    new Secret("secret"), new Secret("old token")), 0, 1);
            Stopped stopped = pod.start().work(conf, "", 0).stopped();
            assertEquals(Stopped.Fault.CONF, stopped.fault());
            assertTrue(stopped.why().contains("ExpiredToken"), stopped.why());
        }
    }

    @Test
    void listing_ofVersionOneEndsTheAttemptAfterALongTime() throws Exception {
        s3.fails(exchange -> {
            exchange.send("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>".getBytes());
            return true;
        });
        assertLasts("ListObjectsV2");
    }

    @Test
    void listing_thatIsInvalidEndsTheAttemptAfterALongTime() throws Exception {
        s3.fails(exchange -> {
            exchange.send("<ListBucketResult><Contents><Key>a\u0001b</Key>".getBytes());
            return true;
        });
        assertLasts("LIST photos/");
    }

    @Test
    void unknownHost_endsTheAttemptAfterALongTime() throws Exception {
        Stopped stopped = impatient(Confs.of(new Conf.S3(FakeS3.BUCKET, URI.create("http://no-such-host.invalid"),
                "us-east-1", new Secret("key"), new Secret("secret"), null), 0, 1));
        assertTrue(stopped.why().contains("no-such-host.invalid"), stopped.why());
    }

    @Test
    void untrustedCertificate_endsTheAttemptAfterALongTime() throws Exception {
        try (FakeS3 tls = new FakeS3(AwsCertificate.make(root).listen())) {
            Stopped stopped = impatient(Confs.of(new Conf.S3(FakeS3.BUCKET, URI.create("https://127.0.0.1:"
                    + tls.endpoint().getPort()), "us-east-1", new Secret("key"), new Secret("secret"), null), 0, 1));
            assertTrue(stopped.why().contains("LIST photos/"), stopped.why());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 505})
    void unsupportedList_endsTheAttemptAfterALongTime(int status) throws Exception {
        s3.fails(exchange -> {
            exchange.sendError(status, "NotImplemented", "no");
            return true;
        });
        assertLasts(status + " NotImplemented");
    }

    @Test
    void tokenThatStaysExpired_endsTheAttemptAfterALongTime() throws Exception {
        fill(3);
        s3.fails(exchange -> {
            if (exchange.verb().equals("GET")) {
                exchange.sendError(400, "ExpiredToken", "The provided token has expired.");
            }
            return exchange.verb().equals("GET");
        });
        assertLasts("ExpiredToken");
    }

    @Test
    void outage_thatMayEndDoesNotEndTheAttempt() throws Exception {
        fill(3);
        AtomicInteger times = new AtomicInteger();
        s3.fails(exchange -> {
            boolean strikes = times.incrementAndGet() < 30;
            if (strikes) {
                exchange.sendError(503, "ServiceUnavailable", "Please try again.");
            }
            return strikes;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20, IMPATIENT)) {
            assertEquals(3, pod.fetch(s3).size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 99, 120, 3000})
    void objects_allRefusedEndTheAttemptAndNoneIsStored(int objects) throws Exception {
        fill(objects);
        s3.fails(denied(name -> true));
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Stopped stopped = pod.start().work(Confs.of(s3.endpoint(), 0, 1), "", 0).stopped();
            assertEquals(Stopped.Fault.ROOT, stopped.fault());
            assertTrue(stopped.why().contains("GET photos/00000: 403 AccessDenied"), stopped.why());
            pod.takeAll();
            assertEquals(Map.of(), pod.taken());
            assertTrue(s3.requests("GET") <= 200 + 4 * FetcherPod.CONNECTIONS, s3.requests("GET") + " requests");
        }
    }

    /** As Object Lambda may answer, or a server in front of S3. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void objects_whoseResponsesNameNoVersionEndTheAttemptAndNoneIsStored(boolean onlyProbes) throws Exception {
        fill(120);
        s3.fails(exchange -> {
            if (exchange.verb().equals("LIST")) {
                return false;
            }
            if (onlyProbes && exchange.header("Range") == null) {
                exchange.sendError(403, "AccessDenied", "Access Denied");
            } else {
                byte[] body = exchange.asked();
                exchange.sendHead(200, Map.of(), body.length);
                exchange.write(body, body.length);
            }
            return true;
        });
        assertNoneIsStored("the response names no version");
    }

    @ParameterizedTest
    @CsvSource({"404, NoSuchKey", "412, PreconditionFailed", "416, InvalidRange"})
    void objects_allRefusedButThoseGoneOrChangedEndTheAttemptAndNoneIsStored(int status, String code)
            throws Exception {
        fill(200);
        s3.fails(exchange -> {
            if (exchange.verb().equals("GET")) {
                boolean refused = !exchange.key().endsWith("5");
                exchange.sendError(refused ? 403 : status, refused ? "AccessDenied" : code, "no");
            }
            return exchange.verb().equals("GET");
        });
        assertNoneIsStored("others are refused as well");
    }

    private void assertNoneIsStored(String reason) throws IOException {
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            pod.start().work(Confs.of(s3.endpoint(), 0, 1), "", 0);
            Await.until("fin or stop", FetcherPod.BOUND, () -> pod.takeAll() >= 0
                    && (pod.directory.has(PodFile.S3_FIN) || pod.directory.has(PodFile.S3_STOP)));
            pod.takeAll();
            assertEquals(Map.of(), pod.taken());
            Stopped stopped = pod.stopped();
            assertEquals(Stopped.Fault.ROOT, stopped.fault());
            assertTrue(stopped.why().contains(reason), stopped.why());
        }
    }

    @Test
    void objects_allRefusedFromSomeTimeOnEndTheAttemptAndNoneOfThemIsStored() throws Exception {
        fill(1200);
        AtomicInteger gets = new AtomicInteger();
        s3.fails(denied(name -> gets.incrementAndGet() > 50));
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Stopped stopped = pod.start().work(Confs.of(s3.endpoint(), 0, 1), "", 0).stopped();
            assertEquals(Stopped.Fault.ROOT, stopped.fault());
            pod.takeAll();
            assertTrue(pod.taken().size() <= 50, pod.taken().size() + " taken");
            assertEquals(Map.of(), pod.failures());
        }
    }

    @Test
    void objects_allRefusedFromSomeNameOnAreFailuresIfEarlierOnesCanBeRead() throws Exception {
        fill(350);
        s3.fails(denied(name -> name.compareTo("00050") >= 0));
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Map<String, String> all = pod.start().work(conf, "00049", 50).hash(conf.id());
            assertEquals(300, all.size());
            assertEquals(Set.of("DENIED"), Set.copyOf(all.values()));
        }
    }

    @Test
    void objects_refusedOnlySometimesArriveInTheEnd() throws Exception {
        fill(60);
        Map<String, Integer> gets = new ConcurrentHashMap<>();
        s3.fails(denied(name -> {
            int get = gets.merge(name, 1, Integer::sum);
            return name.equals("00000") ? get < 2 : name.equals("00050") || name.matches("000[3-5]0") && get < 5;
        }));
        Map<String, String> all;
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            all = pod.fetch(s3);
        }
        assertEquals("DENIED", all.remove("00050"));
        assertEquals(Set.of(Contents.sha256(OBJECT.content())), Set.copyOf(all.values()));
        assertTrue(gets.get("00050") >= 5, gets.get("00050") + " tries");
    }

    @Test
    void object_refusedTwiceBeforeAnyOtherArrivesInTheEnd() throws Exception {
        fill(60);
        AtomicInteger gets = new AtomicInteger();
        s3.fails(denied(name -> name.equals("00020") && gets.incrementAndGet() < 3 || name.equals("00040")));
        Map<String, String> all;
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            all = pod.fetch(s3);
        }
        assertEquals("DENIED", all.remove("00040"));
        assertEquals(Set.of(Contents.sha256(OBJECT.content())), Set.copyOf(all.values()));
    }

    @Test
    void objects_ofTheNextJobOfARunCountAsRefusedAfterTwoTries() throws Exception {
        fill(60);
        s3.objects().put("photos/f0", OBJECT);
        Map<String, Integer> gets = new ConcurrentHashMap<>();
        s3.fails(denied(name -> {
            gets.merge(name, 1, Integer::sum);
            return name.equals("00020") || name.equals("f0");
        }));
        Conf first = Confs.of(s3.endpoint(), 0, 2);
        Conf next = Confs.of(s3.endpoint(), 1, 2);
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            assertEquals("DENIED", pod.start().work(first, "", 0).hash(first.id()).get("00020"));
            pod.directory.remove(PodFile.CONF);
            pod.directory.remove(PodFile.S3_FIN);
            assertEquals("DENIED", pod.work(next, "", 0).hash(next.id()).get("f0"));
        }
        assertTrue(gets.get("00020") >= 5, gets.get("00020") + " tries");
        assertEquals(2, gets.get("f0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".*7", "0000.", "0009."})
    void objects_refusedAreFailuresIfOthersCanBeRead(String had) throws Exception {
        fill(100);
        s3.fails(denied(name -> !name.matches(had)));
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Map<String, String> all = pod.fetch(s3);
            assertEquals(100, all.size());
            all.forEach((name, how) -> assertEquals(name.matches(had), !how.equals("DENIED"), name));
        }
    }

    @Test
    void objects_ofAJobThatAreRefusedAreFailuresIfTheFolderHasOthers() throws Exception {
        fill(20);
        s3.objects().put("photos/f0", OBJECT);
        s3.objects().put("photos/f1", OBJECT);
        s3.fails(denied(name -> name.startsWith("f")));
        Conf last = Confs.of(s3.endpoint(), 15, 16);
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            assertEquals(Map.of("f0", "DENIED", "f1", "DENIED"), pod.start().work(last, "", 0).hash(last.id()));
        }
    }

    @Test
    void rights_thatAreWrongForATimeCostNoObject() throws Exception {
        fill(3000);
        AtomicInteger gets = new AtomicInteger();
        s3.fails(denied(name -> {
            int get = gets.incrementAndGet();
            return get > 500 && get < 1400 || get > 2000 && get < 2013 || get > 2500 && get < 2650;
        }));
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        Map<String, String> all = new TreeMap<>();
        int attempts = 1;
        for (boolean fin = false; !fin; conf = Confs.next(conf)) {
            try (FetcherPod pod = new FetcherPod(root.resolve("attempt" + attempts), 10, 1 << 20)) {
                String last = all.isEmpty() ? "" : Collections.max(all.keySet());
                pod.start().work(conf, last, all.size());
                Await.until("fin or stop", FetcherPod.BOUND, () -> pod.takeAll() >= 0
                        && (pod.directory.has(PodFile.S3_FIN) || pod.directory.has(PodFile.S3_STOP)));
                pod.takeAll();
                all.putAll(pod.taken());
                fin = pod.directory.has(PodFile.S3_FIN);
                attempts += fin ? 0 : 1;
            }
        }
        assertEquals(3000, all.size());
        assertEquals(Set.of(Contents.sha256(OBJECT.content())), Set.copyOf(all.values()));
        assertTrue(attempts >= 3 && attempts < 20, attempts + " attempts");
    }

    /** After the outage each third object is refused at its first two tries, while the rights spread. */
    @Test
    void rights_thatWereSteadyBeforeAnOutageCostNoObjectAfterIt() throws Exception {
        fill(600);
        AtomicReference<String> deniedFrom = new AtomicReference<>("00300");
        Map<String, Integer> gets = new ConcurrentHashMap<>();
        s3.fails(denied(name -> {
            String from = deniedFrom.get();
            return name.equals("00020") || (from != null ? name.compareTo(from) >= 0
                    : name.hashCode() % 3 == 0 && gets.merge(name, 1, Integer::sum) <= 2);
        }));
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            pod.start().work(conf, "", 0);
            Await.until("objects", FetcherPod.BOUND, () -> pod.takeAll() >= 0 && pod.taken().size() >= 200);
            deniedFrom.set("");
            assertEquals(Stopped.Fault.ROOT, pod.stopped().fault());
            pod.takeAll();
            Set<String> failed = Set.copyOf(pod.failures().keySet());
            assertTrue(failed.contains("00020"), failed::toString);
            deniedFrom.set(null);
            pod.directory.remove(PodFile.S3_STOP);
            Conf next = Confs.next(conf);
            pod.work(next, Collections.max(pod.taken().keySet()), pod.taken().size());
            assertEquals(600, pod.hash(next.id()).size());
            assertEquals(failed, pod.failures().keySet());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b a", "a a", "a b a/x", "\ud83d\ude00 \ufffd"})
    void order_otherThanOfUtf8BytesIsRefused(String names) throws Exception {
        s3.fails(listed(List.of(names.split(" "))));
        Stopped stopped = stopped();
        assertEquals(Stopped.Fault.ROOT, stopped.fault());
        assertTrue(stopped.why().contains("S3 server lists in another order"), stopped.why());
        assertTrue(stopped.why().contains(s3.endpoint().toString()), stopped.why());
    }

    @Test
    void order_isCheckedFromTheWatermarkOn() throws Exception {
        s3.fails(listed(List.of("a", "b")));
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            pod.start().work(Confs.of(s3.endpoint(), 0, 1), "a", 1);
            assertTrue(pod.stopped().why().contains("order"), "start-after was not heeded");
        }
    }

    @Test
    void listing_thatStartsAfterAnotherNameIsRefused() throws Exception {
        s3.fails(exchange -> {
            exchange.send(("<ListBucketResult><StartAfter>photos/b</StartAfter><IsTruncated>false</IsTruncated>"
                    + "</ListBucketResult>").getBytes());
            return true;
        });
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Stopped stopped = pod.start().work(Confs.of(s3.endpoint(), 0, 1), "a", 1).stopped();
            assertEquals(Stopped.Fault.ROOT, stopped.fault());
            assertTrue(stopped.why().contains("'photos/a'") && stopped.why().contains("'photos/b'"), stopped.why());
        }
    }

    @Test
    void keys_ofAnotherFolderAreRefused() throws Exception {
        s3.fails(listed(List.of("../other/a")));
        assertEquals(Stopped.Fault.ROOT, stopped().fault());
    }

    private void assertLasts(String reason) throws IOException {
        Stopped stopped = impatient(Confs.of(s3.endpoint(), 0, 1));
        assertTrue(stopped.why().contains(reason), stopped.why());
    }

    private Stopped impatient(Conf conf) throws IOException {
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20, IMPATIENT)) {
            Stopped stopped = pod.start().work(conf, "", 0).stopped();
            assertEquals(Stopped.Fault.CONF, stopped.fault());
            assertTrue(stopped.why().contains("no request has succeeded for"), stopped.why());
            assertEquals(Map.of(), pod.taken());
            return stopped;
        }
    }

    private Stopped stopped() throws IOException {
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Conf conf = Confs.of(s3.endpoint(), 0, 1);
            Stopped stopped = pod.start().work(conf, "", 0).stopped();
            assertEquals(conf.id(), stopped.id());
            assertFalse(pod.directory.has(PodFile.S3_FIN));
            return stopped;
        }
    }

    private void fill(int objects) {
        for (int i = 0; i < objects; i++) {
            s3.objects().put(String.format("photos/%05d", i), OBJECT);
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

    /** Lists the names in this order. */
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
