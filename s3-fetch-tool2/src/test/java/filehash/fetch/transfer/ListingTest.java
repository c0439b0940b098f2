package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.http.Quota;
import filehash.fetch.s3.BrokenClients;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Clients;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.RequestTimes;
import filehash.job.HexRange;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.program.Metrics;
import filehash.program.Trouble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Which objects belong to a job, and how many requests the listing costs. */
class ListingTest {
    private static final FakeObject OBJECT = FakeObject.of(new byte[0]);

    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @Test
    void classThatIsNotThere_endsTheAttempt() throws Exception {
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (Clients clients = BrokenClients.without("some/Thing", conf.s3());
                Listing listing = listing(clients, conf, "")) {
            String why = whyItGivesUp(listing);
            assertTrue(why.contains("some/Thing"), why);
        }
    }

    @Test
    void jobs_togetherHaveEveryNameOnce() throws Exception {
        List<String> names = new ArrayList<>(List.of("\u0001", "!", "/", "A", "G", "`", "a", "az", "f", "ff", "ff0",
                "ffg", "fg", "g", "z", "\u007f", "\u0080", "\uffff", "\ud83d\ude00", "\udbff\udfff"));
        for (int jobs : new int[] {2, 3, 16, 256, 300}) {
            for (int job : new int[] {0, 1, jobs / 2, jobs - 1}) {
                String start = HexRange.of(job, jobs).start();
                names.addAll(List.of(start, start + "\u0000", start + "0", start + "\udbff\udfff"));
                names.add(start.substring(0, start.length() - 1) + (char) (start.charAt(start.length() - 1) - 1));
                names.add(names.get(names.size() - 1) + "\udbff\udfff");
                names.add(names.get(names.size() - 1) + "\udbff\udfff");
            }
        }
        names.forEach(this::put);
        s3.objects().put("photos/", FakeObject.of(new byte[0])); // the folder itself, which is not an object in it
        for (int jobs : new int[] {1, 2, 3, 16, 256, 300}) {
            List<String> all = new ArrayList<>();
            try (Clients clients = clients(RetryPolicies.QUICK)) {
                for (int job = 0; job < jobs; job++) {
                    try (Listing listing = listing(clients, Confs.of(s3.endpoint(), job, jobs), "")) {
                        all.addAll(rest(listing));
                    }
                }
            }
            assertEquals(s3.objects().keySet().stream().skip(1).map(key -> key.substring("photos/".length())).toList(),
                    all);
        }
    }

    @Test
    void listing_costsARequestForEachThousandAndAtMostTwoMore() throws Exception {
        IntStream.range(0, 12_000).forEach(i -> put(String.format("%04x", i * 5)));
        for (int jobs : new int[] {1, 5, 16}) {
            for (int job = 0; job < jobs; job++) {
                long before = s3.requests("LIST");
                int keys = names(Confs.of(s3.endpoint(), job, jobs), "").size();
                long requests = s3.requests("LIST") - before;
                assertTrue(requests <= keys / 1000 + 2, requests + " requests for " + keys + " keys");
            }
        }
    }

    @Test
    void listing_goesOnAfterAnyName() throws Exception {
        IntStream.range(0, 2500).forEach(i -> put(String.format("%04x", i)));
        List<String> all = names(Confs.of(s3.endpoint(), 0, 1), "");
        assertEquals(2500, all.size());
        for (int last : new int[] {0, 998, 999, 1000, 2498, 2499}) {
            assertEquals(all.subList(last + 1, 2500), names(Confs.of(s3.endpoint(), 0, 1), all.get(last)));
        }
    }

    @Test
    void listing_goesOnWithNamesThatBeginAsTheLast() throws Exception {
        List<String> names = List.of("a", "a!", "a/", "a/b", "a0", "az", "a\udbff\udfff");
        names.forEach(this::put);
        for (int last = 0; last < names.size(); last++) {
            assertEquals(names.subList(last + 1, names.size()), names(Confs.of(s3.endpoint(), 0, 1), names.get(last)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0001b", "\u0001", "a\nb", "a\ufffeb", "a\ud83f\udfffb", "a\ufdd0b"})
    void listing_goesOnAfterNamesThatServersCannotStartAfter(String stored) throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        s3.fails(exchange -> {
            String after = exchange.query().get("start-after");
            if (after != null) {
                sent.add(after);
            }
            return false;
        });
        List.of("\u0000", "0", "a", stored, stored + "b", "z").forEach(this::put);
        List<String> rest = names(Confs.of(s3.endpoint(), 0, 1), stored);
        List<String> all = s3.objects().keySet().stream().map(key -> key.substring("photos/".length())).toList();
        assertEquals(all.subList(all.indexOf(stored) + 1, all.size()), rest);
        assertEquals(stored.startsWith("a") ? List.of("photos/a") : List.of(), sent);
    }

    @Test
    void listing_neverStartsAfterInvalidCharactersOrTooLongNames() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        s3.fails(exchange -> {
            sent.add(exchange.query().getOrDefault("start-after", ""));
            return false;
        });
        names(Confs.of(s3.endpoint(), 1, 16), "");
        names(Confs.of(s3.endpoint(), 1, 16), "0f");
        names(Confs.of(s3.endpoint(), 0, 1), "\u00e4".repeat(1000));
        assertEquals(List.of("photos/1/\udbff\udffd", "photos/1/\udbff\udffd",
                "photos/" + "\u00e4".repeat(508)), sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"photos/a+b c", "photos%2Fa%2Bb%20c"})
    void listing_thatEchoesItsStartEncodedOrNotIsAccepted(String echo) throws Exception {
        s3.fails(exchange -> {
            exchange.send(("<ListBucketResult><EncodingType>url</EncodingType><StartAfter>" + echo + "</StartAfter>"
                    + FakeS3.contents("photos/b", OBJECT) + "<IsTruncated>false</IsTruncated></ListBucketResult>")
                    .getBytes());
            return true;
        });
        assertEquals(List.of("b"), names(Confs.of(s3.endpoint(), 0, 1), "a+b c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%", "50% off", "a%zz"})
    void listing_goesOnAfterAPercentSignIfTheEchoIsNotEncoded(String stored) throws Exception {
        s3.fails(exchange -> {
            String after = exchange.query().get("start-after");
            if (after == null) {
                return false;
            }
            exchange.send(s3.page(exchange.query()).replace("<EncodingType>", "<StartAfter>" + after
                    + "</StartAfter><EncodingType>").getBytes(StandardCharsets.UTF_8));
            return true;
        });
        List.of("0", stored, stored + "b", "z").forEach(this::put);
        assertEquals(List.of(stored + "b", "z"), names(Confs.of(s3.endpoint(), 0, 1), stored));
    }

    @Test
    void echo_thatDiffersIsRefusedIfTheRootHasAPercentSign() throws Exception {
        s3.fails(exchange -> {
            exchange.send(("<ListBucketResult><EncodingType>url</EncodingType><StartAfter>other</StartAfter>"
                    + "<IsTruncated>false</IsTruncated></ListBucketResult>").getBytes(StandardCharsets.UTF_8));
            return true;
        });
        Conf conf = inRoot("50% off/");
        try (Clients clients = clients(RetryPolicies.QUICK); Listing listing = listing(clients, conf, "a")) {
            String why = whyItGivesUp(listing);
            assertTrue(why.contains("start after '50% off/a'"), why);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"50% off/", "a%41/", "+ %/"})
    void listing_ofARootWithAPercentSignIsReadIfTheServerEncodesOnlyKeys(String prefix) throws Exception {
        s3.fails(exchange -> {
            String after = exchange.query().get("start-after");
            exchange.send(s3.page(exchange.query()).replace("<EncodingType>", "<Prefix>" + prefix + "</Prefix>"
                    + (after == null ? "" : "<StartAfter>" + after + "</StartAfter>") + "<EncodingType>")
                    .getBytes(StandardCharsets.UTF_8));
            return true;
        });
        for (String name : List.of("a", "b%", "c %41+")) {
            s3.objects().put(prefix + name, OBJECT);
        }
        assertEquals(List.of("a", "b%", "c %41+"), names(inRoot(prefix), ""));
        assertEquals(List.of("c %41+"), names(inRoot(prefix), "b%"));
    }

    @Test
    void key_thatIsNotEncodedAgainstTheAnnouncementIsNeverMistakenForAnother() throws Exception {
        s3.fails(exchange -> {
            exchange.send(("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>photos/50% off</Key>"
                    + "<Size>0</Size></Contents><IsTruncated>false</IsTruncated></ListBucketResult>")
                    .getBytes(StandardCharsets.UTF_8));
            return true;
        });
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        RetryPolicy policy = RetryPolicies.outage(Duration.ofMillis(200));
        try (Clients clients = clients(policy); Listing listing = listing(clients, conf, policy, "")) {
            String why = whyItGivesUp(listing);
            assertTrue(why.contains("'photos/50% off' is not"), why);
        }
    }

    @Test
    void list_thatTakesLongGetsALongerTimeoutEachTime() throws Exception {
        put("a");
        AtomicInteger lists = new AtomicInteger();
        s3.fails(exchange -> {
            if (lists.incrementAndGet() < 4) {
                TimeUnit.MILLISECONDS.sleep(1500); // longer than 400 and 800, and shorter than 3000
            }
            return lists.get() < 3;
        });
        RetryPolicy policy = new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(100), 5, Duration.ofSeconds(60),
                10, Duration.ofMinutes(2), Duration.ofMillis(400), Duration.ofSeconds(30), RetryPolicies.NEVER,
                Duration.ofMinutes(10));
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (Clients clients = clients(policy); Listing listing = listing(clients, conf, policy, "")) {
            assertEquals(List.of("a"), rest(listing));
        }
        assertTrue(s3.requests("LIST") >= 3, s3.requests("LIST") + " requests");
    }

    @Test
    void nextPage_isRequestedBeforeTheLastIsUsedUpAndNoFurther() throws Exception {
        IntStream.range(0, 5000).forEach(i -> put(String.format("%04x", i)));
        try (Clients clients = clients(RetryPolicies.QUICK);
                Listing listing = listing(clients, Confs.of(s3.endpoint(), 0, 1), "")) {
            Await.until("a second page", Await.BOUND, () -> s3.requests("LIST") == 2);
            for (int i = 0; i < 900; i++) {
                assertEquals(String.format("%04x", i), listing.take().name());
            }
            assertEquals(2, s3.requests("LIST"));
        }
    }

    @Test
    void emptyPages_endNothing() throws Exception {
        put("a");
        s3.fails(exchange -> {
            if (!exchange.query().containsKey("continuation-token")) {
                exchange.send(("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>photos%2F"
                        + "</NextContinuationToken></ListBucketResult>").getBytes());
                return true;
            }
            return false;
        });
        assertEquals(List.of("a"), names(Confs.of(s3.endpoint(), 0, 1), ""));
    }

    @Test
    void names_thatAreGivenBackAreNextInOrder() throws Exception {
        List.of("a", "b", "c", "d").forEach(this::put);
        try (Clients clients = clients(RetryPolicies.QUICK);
                Listing listing = listing(clients, Confs.of(s3.endpoint(), 0, 1), "")) {
            Await.until("all", Await.BOUND, () -> listing.ahead().size() == 4);
            Item a = listing.take();
            Item b = listing.take();
            listing.giveBack(b);
            listing.giveBack(a);
            assertEquals(List.of("a", "b", "c", "d"), rest(listing));
            assertEquals(4, listing.taken());
        }
    }

    private List<String> names(Conf conf, String last) throws Exception {
        try (Clients clients = clients(RetryPolicies.QUICK); Listing listing = listing(clients, conf, last)) {
            List<String> names = rest(listing);
            assertEquals(names.size(), listing.taken());
            return names;
        }
    }

    private static String whyItGivesUp(Listing listing) {
        AtomicReference<String> why = new AtomicReference<>();
        Await.until("it gives up", Await.BOUND, () -> {
            try {
                listing.peek();
            } catch (GiveUp e) {
                why.set(e.getMessage());
            }
            return why.get() != null;
        });
        return why.get();
    }

    private static List<String> rest(Listing listing) {
        List<String> names = new ArrayList<>();
        Await.until("the end of the listing", Await.BOUND, () -> {
            while (listing.peek() != null) {
                names.add(listing.take().name());
            }
            return listing.ended();
        });
        return names;
    }

    private Clients clients(RetryPolicy policy) throws GiveUp {
        return Clients.open(Confs.of(s3.endpoint(), 0, 1).s3(), policy.maxListTimeout(), Map.of(),
                new RequestTimes(new Metrics()), new Quota());
    }

    private static Listing listing(Clients clients, Conf conf, String last) {
        return listing(clients, conf, RetryPolicies.QUICK, last);
    }

    private static Listing listing(Clients clients, Conf conf, RetryPolicy policy, String last) {
        Bucket bucket = new Bucket(conf, policy.listTimeout(), policy.maxListTimeout(), clients);
        Trouble trouble = new Trouble(LoggerFactory.getLogger(ListingTest.class), "S3");
        return Listing.start(bucket, conf, new Retry(trouble, new Throttle(1), new LongAdder(), policy), last);
    }

    private Conf inRoot(String root) {
        return Confs.inRoot(Confs.of(s3.endpoint(), 0, 1), root);
    }

    private void put(String name) {
        s3.objects().put("photos/" + name, OBJECT);
    }
}
