package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.s3.Confs;
import filehash.job.Amount;
import filehash.job.JobId;
import filehash.job.Plan;
import filehash.job.RateLimits;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.program.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of hex names that needed no listing is counted beside the work, and only then. */
class RecountTest {
    private static final Duration BOUND = FetcherPod.BOUND;
    private static final FakeObject OBJECT = FakeObject.of(new byte[10]);
    private static final int JOBS = 4096;

    @TempDir
    Path root;
    private final CountDownLatch goOn = new CountDownLatch(1);
    private FakeS3 s3;
    private FetcherPod pod;

    /** The pages of the count, whose jobs have one page each, come once the test lets them. */
    @BeforeEach
    void start() throws IOException {
        s3 = FakeS3.open();
        pod = new FetcherPod(root, 10, 1 << 20);
        IntStream.range(0, 20_000).forEach(i -> put(String.format("%08x", i * 214_748L), OBJECT));
        put("ffffffffff", FakeObject.of(new byte[1234]).with(FakeObject.STORAGE_CLASS, "GLACIER"));
        s3.fails(exchange -> {
            if (exchange.query().containsKey("continuation-token")) {
                goOn.await();
            }
            return false;
        });
    }

    @AfterEach
    void end() throws IOException {
        goOn.countDown();
        pod.close();
        s3.close();
    }

    @Test
    void count_goesOnFromJobToJob() throws Exception {
        PlanFin fin = plan();
        work(job(7));
        assertFalse(pod.directory.has(PodFile.COUNT));
        work(withOtherKeys(job(8)));
        goOn.countDown();
        awaitCount();
        PlanFin counted = pod.directory.read(PodFile.COUNT, fin.id()).orElseThrow();
        assertEquals(new Plan(Split.HEX, JOBS, new Amount(20_001, 201_234), 1234,
                Map.of("STANDARD", new Amount(20_000, 200_000), "GLACIER", new Amount(1, 1234)),
                counted.plan().requests(), fin.plan().seconds(), true), counted.plan());
        assertTrue(counted.plan().requests() > fin.plan().requests() + 20, counted.toString());
    }

    @Test
    void count_waitsWhileALimitIsInForce() throws Exception {
        pod.directory.write(PodFile.LIMITS, new RateLimits(1_000_000, 0));
        plan();
        goOn.countDown();
        for (int job = 0; job < 8; job++) { // time enough for some pages
            work(job(job));
        }
        assertTrue(threads("recount-") && !pod.directory.has(PodFile.COUNT));
        pod.directory.write(PodFile.LIMITS, RateLimits.NONE);
        work(job(8));
        awaitCount();
    }

    /** The requests of an attempt that ends early are aborted, and those of the count with them. */
    @Test
    void count_endsWithAnAttemptThatEndsEarly() throws Exception {
        plan();
        Conf job = Confs.of(s3.endpoint(), 7, 16); // its objects do not fit into files/
        begin(job);
        awaitBegun();
        pod.directory.write(PodFile.CONF, job.says(Conf.State.STOP));
        awaitEnd();
    }

    @Test
    void count_endsWhenThePodWorksOnAnotherRun() throws Exception {
        plan();
        work(job(7));
        awaitBegun();
        begin(ofRun("another", job(8)));
        awaitEnd();
    }

    @Test
    void count_endsWhenThePodIsIdle() throws Exception {
        plan();
        work(job(7));
        awaitBegun();
        pod.directory.remove(PodFile.CONF);
        awaitEnd();
    }

    /** Its run may never begin, or elsewhere. */
    @Test
    void count_doesNotBeginBeforeAJobOfTheRequest() throws Exception {
        plan();
        work(Confs.inRoot(job(7), "photos/0/"));
        work(job(8));
        assertFalse(threads("recount-"));
    }

    @Test
    void count_doesNotBeginWhereItWouldNeedALargeShareOfTheConnections() throws Exception {
        pod.connections(15);
        plan();
        work(job(7));
        assertFalse(threads("recount-"));
    }

    private PlanFin plan() throws Exception {
        Conf conf = Confs.planning(s3.endpoint(), new Conf.PlanOrder(Split.AUTO, JOBS, 1));
        pod.directory.write(PodFile.CONF, conf);
        pod.start();
        Await.until("plan.json", BOUND, () -> pod.directory.has(PodFile.PLAN));
        pod.directory.remove(PodFile.CONF);
        PlanFin fin = pod.directory.read(PodFile.PLAN).orElseThrow();
        pod.directory.remove(PodFile.PLAN);
        assertFalse(fin.plan().complete());
        return fin;
    }

    private void begin(Conf job) throws IOException {
        pod.directory.remove(PodFile.CONF);
        pod.directory.remove(PodFile.S3_FIN);
        pod.work(job, "", 0);
    }

    private void work(Conf job) throws IOException {
        begin(job);
        pod.hash(job.id());
    }

    private void awaitBegun() {
        Await.until("it counts", BOUND, () -> threads("recount-"));
    }

    private void awaitCount() {
        Await.until("count.json", BOUND, () -> pod.directory.has(PodFile.COUNT));
    }

    private void awaitEnd() {
        Await.until("nobody counts", BOUND, () -> !threads("recount-") && !threads("count-"));
        assertFalse(pod.directory.has(PodFile.COUNT));
    }

    private boolean threads(String prefix) {
        return !pod.threads(prefix).isEmpty();
    }

    private Conf job(int job) {
        return Confs.of(s3.endpoint(), job, JOBS);
    }

    private static Conf ofRun(String run, Conf conf) {
        return new Conf(conf.state(), conf.boot(), conf.request(), new JobId(run, conf.id().job(), 1), conf.root(),
                conf.start(), conf.before(), conf.methods(), conf.s3(), conf.mysql());
    }

    /** The fetcher opens other clients for it. */
    private static Conf withOtherKeys(Conf conf) {
        Conf.S3 s3 = conf.s3();
        return new Conf(conf.state(), conf.boot(), conf.request(), conf.id(), conf.root(), conf.start(), conf.before(),
                conf.methods(), new Conf.S3(s3.bucket(), s3.endpoint(), s3.region(), s3.key(), new Secret("another"),
                        s3.token()),
                conf.mysql());
    }

    private void put(String name, FakeObject object) {
        s3.objects().put("photos/" + name, object);
    }
}
