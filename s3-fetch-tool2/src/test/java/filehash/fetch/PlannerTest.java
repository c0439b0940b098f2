package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import filehash.job.Amount;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What s3-fetch-tool2 answers to the order to plan, and that the jobs hold every object once. */
class PlannerTest {
    private static final Duration BOUND = FetcherPod.BOUND;
    private static final FakeObject OBJECT = FakeObject.of(new byte[10]);
    private static final Conf.PlanOrder LIST = new Conf.PlanOrder(Split.LIST, 8, 2);

    @TempDir
    Path root;
    private final CountDownLatch test = new CountDownLatch(1);
    private FakeS3 s3;
    private FetcherPod pod;

    @BeforeEach
    void start() throws IOException {
        s3 = FakeS3.open();
        pod = pod();
    }

    private FetcherPod pod() throws IOException {
        return new FetcherPod(root, 10, 1 << 20);
    }

    @AfterEach
    void end() throws IOException {
        test.countDown();
        pod.close();
        s3.close();
    }

    @Test
    void plan_hasTheTotalsAndRangesOfTheFolder() throws Exception {
        images(5000);
        s3.objects().put("photos/", OBJECT);
        s3.objects().put("photos2/a", OBJECT);
        s3.objects().put("photos/zip", FakeObject.of(new byte[1234]).with(FakeObject.STORAGE_CLASS, "GLACIER"));
        PlanFin fin = plan(LIST);
        Plan plan = fin.plan();
        assertEquals(new Plan(Split.LIST, 8, new Amount(5001, 51_234), 1234,
                Map.of("STANDARD", new Amount(5000, 50_000), "GLACIER", new Amount(1, 1234)), plan.requests(),
                plan.seconds(), true), plan);
        assertTrue(s3.requests("LIST") <= plan.requests(), "those that are no longer needed are not sent");
        assertEquals(plan.total(), fin.ranges().stream().map(PlannedRange::amount).reduce(Amount.NONE, Amount::plus));
        assertEquals("zip", fin.ranges().get(7).end());
    }

    @Test
    void plan_ofAnEmptyFolderHasEmptyRanges() throws Exception {
        PlanFin fin = plan(LIST);
        assertEquals(Amount.NONE, fin.plan().total());
        assertEquals(8, fin.ranges().size());
    }

    @Test
    void plan_ofHexNamesKeepsThePublishedRanges() throws Exception {
        IntStream.range(0, 20_000).forEach(i -> put(String.format("%08x", i * 214_748L)));
        s3.fails(exchange -> {
            if (exchange.query().containsKey("continuation-token")) {
                test.await(); // it has seen enough, and must not wait for the rest
            }
            return false;
        });
        PlanFin fin = plan(new Conf.PlanOrder(Split.AUTO, 16, 1));
        assertEquals(Split.HEX, fin.plan().split());
        assertEquals(List.of(), fin.ranges());
        assertFalse(fin.plan().complete(), fin.plan().toString());
    }

    @Test
    void plan_ofFewHexNamesKeepsThePublishedRanges() throws Exception {
        List.of("00aa", "00ab", "00ac", "00ad", "ffff").forEach(this::put);
        assertEquals(Split.HEX, plan(new Conf.PlanOrder(Split.AUTO, 4, 1)).plan().split());
    }

    @Test
    void pages_ofLongNamesAreListedByFewStreams() throws Exception {
        String begin = "x".repeat(900);
        IntStream.range(0, 30_000).forEach(i -> put(begin + "%06d".formatted(i)));
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        s3.fails(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            TimeUnit.MILLISECONDS.sleep(20); // the time in which others begin
            now.decrementAndGet();
            return false;
        });
        assertEquals(30_000, plan(LIST).plan().total().objects());
        assertTrue(most.get() <= 3, most + " at once");
    }

    /** The names end in characters before which servers cannot start, or which Java orders otherwise. */
    @Test
    void jobs_ofAPlanHaveEveryObjectOnce() throws Exception {
        List<String> ends = List.of("", "!", "%", "&", "\u0001", " ", "\u007f", "\ue000", "\ufffd", "\ud800\udc00",
                "\udbff\udfff", "0", "/");
        for (String begin : List.of("", "a", "a%", "\ud840\udc00")) {
            ends.forEach(end -> put(begin + end + "x"));
            ends.forEach(end -> put(begin + end));
        }
        s3.objects().remove("photos/");
        PlanFin fin = plan(new Conf.PlanOrder(Split.LIST, 130, 1));
        List<String> all = new ArrayList<>();
        for (int job = 0; job < fin.ranges().size(); job++) {
            Conf conf = Confs.planned(s3.endpoint(), fin.ranges(), job);
            pod.directory.remove(PodFile.CONF);
            pod.directory.remove(PodFile.S3_FIN);
            pod.taken().clear();
            all.addAll(pod.work(conf, "", 0).hash(conf.id()).keySet());
            assertEquals(fin.ranges().get(job).amount().objects(), pod.taken().size(), conf.toString());
        }
        assertEquals(s3.objects().keySet().stream().map(key -> key.substring("photos/".length())).toList(), all);
    }

    @Test
    void plan_isMadeAgainByAProgramThatDiedInTheMiddleOfIt() throws Exception {
        startToTheMiddle();
        pod.close();
        assertFalse(pod.directory.has(PodFile.PLAN) || pod.directory.has(PodFile.S3_STOP));
        s3.fails(exchange -> false);
        pod = pod();
        pod.start();
        assertEquals(20_000, awaitPlan().plan().total().objects());
    }

    @Test
    void stop_inTheMiddleOfAPlanIsObeyed() throws Exception {
        Conf conf = startToTheMiddle();
        pod.directory.write(PodFile.CONF, conf.says(Conf.State.STOP));
        assertEquals(Stopped.blameless(conf.id(), "conf.json said stop"), awaitStopped());
        assertFalse(pod.directory.has(PodFile.PLAN));
        Await.until("no stream is left", BOUND, () -> pod.threads("plan-").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"404, NoSuchBucket, ROOT, 1", "403, AccessDenied, ROOT, 12", "403, InvalidAccessKeyId, CONF, 1",
            "403, InvalidAccessKeyId, CONF, 12"})
    void refusal_isTheFaultThatItIsForAJob(int status, String code, Stopped.Fault fault, int from) throws Exception {
        images(20_000);
        AtomicInteger lists = new AtomicInteger();
        s3.fails(exchange -> {
            if (lists.incrementAndGet() >= from) {
                exchange.sendError(status, code, "no");
                return true;
            }
            return false;
        });
        order(LIST);
        Stopped stopped = awaitStopped();
        assertEquals(fault, stopped.fault(), stopped.why());
        assertTrue(stopped.why().contains(code) && stopped.why().contains("cannot list bucket"), stopped.why());
    }

    @ParameterizedTest
    @ValueSource(strings = {"503 SlowDown", "500 InternalError", "400 InvalidArgument"})
    void plan_isMadeEvenIfTheServerOftenFailsOrRefusesToStartAnywhere(String error) throws Exception {
        images(20_000);
        AtomicInteger lists = new AtomicInteger();
        s3.fails(exchange -> {
            boolean fails = error.startsWith("4") ? exchange.query().containsKey("start-after")
                    : lists.incrementAndGet() % 3 == 0;
            if (fails) {
                exchange.sendError(Integer.parseInt(error.substring(0, 3)), error.substring(4), "no");
            }
            return fails;
        });
        assertEquals(20_000, plan(LIST).plan().total().objects());
    }

    @Test
    void plan_thatTakesTooLongIsEstimated() throws Exception {
        images(30_000);
        PlanFin fin = planWithin(Duration.ofSeconds(1));
        if (starts(fin).size() < 8) { // a slow machine has listed too little by then
            pod.close();
            pod.directory.remove(PodFile.CONF);
            pod.directory.remove(PodFile.PLAN);
            pod = pod();
            fin = planWithin(Duration.ofMinutes(1));
        }
        assertFalse(fin.plan().complete());
        assertEquals(8, starts(fin).size());
        assertTrue(fin.plan().total().objects() > 1000, fin.plan().toString());
    }

    private PlanFin planWithin(Duration time) throws Exception {
        hangAfter(12);
        pod.planTime(time);
        return plan(LIST);
    }

    private static Set<String> starts(PlanFin fin) {
        return fin.ranges().stream().map(PlannedRange::start).collect(Collectors.toSet());
    }

    /** No plan can be made of nothing, however long it takes. */
    @Test
    void plan_isNotMadeBeforeTheFirstPage() throws Exception {
        images(100);
        CountDownLatch late = new CountDownLatch(3);
        s3.fails(exchange -> {
            late.countDown();
            TimeUnit.MILLISECONDS.sleep(500);
            if (late.getCount() > 0) {
                exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                return true;
            }
            return false;
        });
        pod.planTime(Duration.ofSeconds(1));
        assertEquals(100, plan(LIST).plan().total().objects());
    }

    @Test
    void plan_ofManyObjectsIsMadeByManyStreams() throws Exception {
        images(200_000);
        s3.fails(exchange -> {
            TimeUnit.MILLISECONDS.sleep(20);
            return false;
        });
        PlanFin fin = plan(new Conf.PlanOrder(Split.LIST, 64, 4));
        assertEquals(new Amount(200_000, 2_000_000), fin.plan().total());
        assertTrue(fin.ranges().stream().allMatch(range -> range.amount().objects() < 2 * 200_000 / 64));
    }

    private PlanFin plan(Conf.PlanOrder order) throws Exception {
        order(order);
        return awaitPlan();
    }

    private Conf order(Conf.PlanOrder order) throws IOException {
        Conf conf = Confs.planning(s3.endpoint(), order);
        pod.directory.write(PodFile.CONF, conf);
        pod.start();
        return conf;
    }

    /** Orders the plan of a folder, and waits until S3 no longer responds to its requests. */
    private Conf startToTheMiddle() throws IOException {
        images(20_000);
        AtomicInteger lists = hangAfter(10);
        Conf conf = order(LIST);
        Await.until("the middle", BOUND, () -> lists.get() > 10);
        return conf;
    }

    /** S3 responds to so many requests, and then to none until the test ends. Returns their count. */
    private AtomicInteger hangAfter(int most) {
        AtomicInteger lists = new AtomicInteger();
        s3.fails(exchange -> {
            if (lists.incrementAndGet() > most) {
                test.await();
                return true;
            }
            return false;
        });
        return lists;
    }

    private Stopped awaitStopped() throws IOException {
        Await.until("s3stop", BOUND, () -> pod.directory.has(PodFile.S3_STOP));
        return pod.directory.read(PodFile.S3_STOP).orElseThrow();
    }

    private PlanFin awaitPlan() throws Exception {
        Await.until("plan.json", BOUND, () -> {
            pod.check();
            assertFalse(pod.directory.has(PodFile.S3_STOP));
            return pod.directory.has(PodFile.PLAN);
        });
        return pod.directory.read(PodFile.PLAN).orElseThrow();
    }

    private void images(int count) {
        IntStream.range(0, count).forEach(i -> put(String.format("IMG_%07d.jpg", i)));
    }

    private void put(String name) {
        s3.objects().put("photos/" + name, OBJECT);
    }
}
