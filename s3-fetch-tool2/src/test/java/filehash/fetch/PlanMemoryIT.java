package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.FakeS3;
import filehash.backends.Log;
import filehash.fetch.s3.Confs;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plan needs no more than the heap of the image, whatever the folder. {@code ./mvnw verify -pl s3-fetch-tool2 -am
 * -Dit.test=PlanMemoryIT -Dfilehash.objects=5000000} plans as many; it prints how long that takes, and how much CPU.
 */
class PlanMemoryIT {
    private static final int OBJECTS = Integer.getInteger("filehash.objects", 60_000);
    /** Of a container that is limited to 128 MiB. */
    private static final String HEAP = "-Xmx" + System.getProperty("filehash.heap", "64m");
    private static final int STREAMS = 15;
    private static final Conf.PlanOrder LIST = new Conf.PlanOrder(Split.LIST, 64, 4);

    @TempDir
    Path root;
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();
    private Process process;

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly().waitFor();
    }

    @Test
    void plan_needsNoMoreMemoryForMoreObjects() throws Exception {
        PlanFin fin = plan(OBJECTS, "IMG_%09d.jpg"::formatted);
        assertEquals(OBJECTS, fin.plan().total().objects());
        assertTrue(fin.ranges().stream().allMatch(range -> range.amount().objects() <= 1.2 * OBJECTS / 64 + 1000));
        System.out.printf("%,d objects: %,d requests, %.1f s, %s of CPU with the start%n", OBJECTS,
                fin.plan().requests(), fin.plan().seconds(), process.info().totalCpuDuration().orElse(Duration.ZERO));
    }

    /** All streams meet long names at the same time, after a page that shows none of them. */
    @Test
    void plan_needsNoMoreMemoryWhereLongNamesFollowShortOnes() throws Exception {
        String end = "\u65e5".repeat(330);
        MadeUpListing folder = new MadeUpListing("photos/", 50_000,
                i -> i < 1000 ? "a%06d".formatted(i) : "b%06d".formatted(i) + end);
        CountDownLatch streams = new CountDownLatch(STREAMS);
        CountDownLatch over = new CountDownLatch(1);
        s3.fails(exchange -> {
            byte[] page = folder.page(exchange.query());
            exchange.sendHead(200, Map.of(), page.length);
            int most = page.length - page.length / 20;
            exchange.write(page, most);
            if (page.length > 1 << 20 && over.getCount() > 0) {
                streams.countDown();
                streams.await(5, TimeUnit.SECONDS); // a program that reads fewer at once does not wait for all
                over.countDown();
            }
            exchange.write(Arrays.copyOfRange(page, most, page.length), page.length - most);
            return true;
        });
        assertEquals(50_000, plan().plan().total().objects());
    }

    private PlanFin plan(int count, IntFunction<String> name) throws Exception {
        MadeUpListing folder = new MadeUpListing("photos/", count, name);
        s3.fails(exchange -> {
            exchange.send(folder.page(exchange.query()));
            return true;
        });
        return plan();
    }

    private PlanFin plan() throws Exception {
        Path dat = Files.createDirectory(root.resolve("dat"));
        SharedDirectory directory = SharedDirectory.open(dat);
        directory.write(PodFile.CONF, Confs.planning(s3.endpoint(), LIST));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", HEAP, "-XX:+ExitOnOutOfMemoryError", "-cp",
                System.getProperty("java.class.path"), S3FetchTool.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(root.resolve("log").toFile());
        builder.environment().keySet().removeIf(name -> name.matches("AWS_.*|.*(proxy|PROXY)"));
        builder.environment().putAll(Map.of("SHARED_DIR", dat.toString(), "HTTP_PORT", "0", "PLAN_SECONDS", "3600"));
        Log.follow(root.resolve("log"));
        process = builder.start();
        Await.until("plan.json", Await.BOUND.multipliedBy(6), () -> {
            if (!process.isAlive() || directory.has(PodFile.S3_STOP)) {
                throw new AssertionError(Files.readString(root.resolve("log")));
            }
            return directory.has(PodFile.PLAN);
        });
        return directory.read(PodFile.PLAN).orElseThrow();
    }
}
