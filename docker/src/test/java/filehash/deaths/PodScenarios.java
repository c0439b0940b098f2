package filehash.deaths;

import filehash.backends.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Containers and pods that die, or stand still. */
final class PodScenarios {
    private static final Duration SOON = Await.BOUND;

    private PodScenarios() {
    }

    static void noFault(World world) throws Exception {
        SubmittedRequest first = world.ask("1", 300, 7, "SHA256");
        world.askAgain(first, "2", 3, "MD5", "SHA1");
        world.refuse(first.key(first.names().get(9)), "AccessDenied", "DENIED");
        world.start("a");
        world.start("b");
    }

    static void containersAreKilled(World world) throws Exception {
        world.ask("1", 700, 8, "SHA256");
        world.s3.pace(40);
        List<WiredPod> pods = List.of(world.start("a"), world.start("b"));
        world.awaitStored(20);
        for (int i = 0; i < 12; i++) {
            WiredPod pod = pods.get(world.random.nextInt(pods.size()));
            pod.container(WiredPod.PROGRAMS.get(i % WiredPod.PROGRAMS.size())).kill();
            Pause.upTo(world.random, Duration.ofMillis(1500));
        }
        world.s3.pace(0);
    }

    static void containersAreTerminated(World world) throws Exception {
        world.ask("1", 500, 8, "SHA256");
        world.s3.pace(40);
        List<WiredPod> pods = List.of(world.start("a"), world.start("b"));
        world.awaitStored(20);
        for (int i = 0; i < 9; i++) {
            WiredPod pod = pods.get(world.random.nextInt(pods.size()));
            pod.container(WiredPod.PROGRAMS.get(i % WiredPod.PROGRAMS.size())).terminate();
            Pause.upTo(world.random, Duration.ofMillis(1500));
        }
        world.s3.pace(0);
    }

    /** Most objects come in segments, so programs die between two of them. */
    static void containersAreKilledInMidObject(World world) throws Exception {
        world.ask("1", 300, 4, "SHA256", "MD5");
        world.s3.pace(100);
        killInMidObject(world, 500);
    }

    /** Of these objects some are 16 to 48 times as large as what files/ may hold. */
    static void objectsAreLargerThanFilesBytes(World world) throws Exception {
        List<String> names = new ArrayList<>(Objects.names(60, world.random));
        for (int i = 0; i < 16; i++) {
            names.add(String.format("%02x", i * 16) + Objects.LARGE);
        }
        names.sort(Objects.ORDER);
        world.ask("1", names, 4, "SHA256");
        world.s3.pace(60);
        killInMidObject(world, 1 << 20);
    }

    private static void killInMidObject(World world, int segment) throws Exception {
        List<WiredPod> pods = List.of(world.start(world.plan("a").with("SEGMENT_BYTES", segment)),
                world.start(world.plan("b").with("SEGMENT_BYTES", segment)));
        world.awaitStored(5);
        for (int i = 0; i < 8; i++) {
            WiredPod pod = pods.get(world.random.nextInt(pods.size()));
            pod.container(i % 2 == 0 ? WiredPod.HASH : WiredPod.FETCH).kill();
            Pause.upTo(world.random, Duration.ofMillis(3000));
        }
        world.s3.pace(0);
    }

    static void podsAreKilled(World world) throws Exception {
        world.ask("1", 900, 8, "SHA256");
        world.s3.pace(30);
        world.start("a");
        world.start("b");
        for (int i = 0; i < 4; i++) {
            world.awaitStored(world.pulse.stored() + 30);
            List<WiredPod> pods = world.pods();
            pods.get(world.random.nextInt(pods.size())).kill();
            world.start("again-" + i);
        }
        world.s3.pace(0);
    }

    /** The pod gives its job back at once, so another pod need not wait for the lease to end. */
    static void podIsEvicted(World world) throws Exception {
        world.ask("1", 300, 1, "SHA256");
        world.s3.pace(30);
        WiredPod evicted = world.start(world.plan("evicted").with("LEASE_SECONDS", 1_000));
        world.awaitStored(30);
        world.start("heir");
        evicted.terminate();
        Evidence.throwIfAny(evicted.awaitEnd());
        Await.until("the heir has the job long before the lease ends", SOON,
                () -> world.etcd.get("/wip/1/0/host").equals("heir"));
        world.s3.pace(0);
    }

    /** It thaws long after another has taken over, and still believes that it has the job. */
    static void podStandsStillForThreeLeases(World world) throws Exception {
        frozen(world, WiredPod.PROGRAMS.toArray(new String[0]));
    }

    static void initPodStandsStill(World world) throws Exception {
        frozen(world, WiredPod.INIT);
    }

    static void fetcherStandsStill(World world) throws Exception {
        frozen(world, WiredPod.FETCH);
    }

    static void hasherStandsStill(World world) throws Exception {
        frozen(world, WiredPod.HASH);
    }

    /** init-pod finds its own claim again, or that another pod has the job. */
    static void initPodDiesForLongerThanTheLease(World world) throws Exception {
        world.ask("1", 300, 2, "SHA256");
        world.s3.pace(25);
        WiredPod pod = world.start("a");
        world.awaitStored(30);
        pod.container(WiredPod.INIT).end();
        world.start("b");
        Pause.of(World.LEASE.multipliedBy(2));
        pod.start(WiredPod.INIT);
        world.s3.pace(0);
    }

    /** The page cache is lost: what lies in files/ is torn. */
    static void nodeReboots(World world) throws Exception {
        world.ask("1", 300, 2, "SHA256");
        world.s3.pace(40);
        WiredPod pod = world.start(world.plan("a").onBoot("first-boot"));
        world.awaitStored(50);
        pod.freeze(WiredPod.HASH);
        Await.until("files/ is full", SOON, () -> Torn.published(pod.directory) > 3);
        pod.crash();
        Torn.tear(pod.directory);
        world.plan("a").onBoot("second-boot");
        // containers start in any order, and init-pod may be late
        for (String program : List.of(WiredPod.HASH, WiredPod.FETCH)) {
            FileTime before = seenAlive(pod, program);
            pod.start(program);
            Await.until(program + " looks at what it finds", SOON, () -> !seenAlive(pod, program).equals(before));
        }
        pod.start(WiredPod.INIT);
        world.s3.pace(0);
    }

    private static FileTime seenAlive(WiredPod pod, String program) throws IOException {
        return Files.getLastModifiedTime(pod.directory.resolve(program + ".alive"));
    }

    /** A program that finds no room retries in place, and no attempt fails because of it. */
    static void diskIsFull(World world) throws Exception {
        world.expectNoFailures();
        world.ask("1", 600, 60, "SHA256");
        world.s3.pace(40);
        SmallDisk disk = world.mount(world.plan("a"));
        world.start("a");
        for (int i = 0; i < 6; i++) {
            world.awaitStored(world.pulse.stored() + 15);
            disk.fill(Duration.ofSeconds(5));
        }
        world.s3.pace(0);
    }

    /** For a Kubernetes Job: the pods end with 0 when all is done, whatever died meanwhile. */
    static void podsDrain(World world) throws Exception {
        world.ask("1", 400, 8, "SHA256");
        world.s3.pace(60);
        WiredPod first = world.start(world.plan("a").with("EXIT_WHEN_IDLE", true));
        WiredPod second = world.start(world.plan("b").with("EXIT_WHEN_IDLE", true));
        world.awaitStored(30);
        first.kill();
        second.container(WiredPod.HASH).kill();
        WiredPod third = world.start(world.plan("c").with("EXIT_WHEN_IDLE", true));
        world.s3.pace(0);
        for (WiredPod pod : List.of(second, third)) {
            for (String program : WiredPod.PROGRAMS) {
                Container container = pod.container(program);
                Await.until(container + " ends with 0", SOON.multipliedBy(2), () -> !container.isAlive()
                        && container.endsOfItsOwn().equals(List.of(0)));
            }
            pod.kill();
        }
    }

    private static void frozen(World world, String... programs) throws IOException, InterruptedException {
        world.ask("1", 500, 2, "SHA256");
        world.s3.pace(25);
        WiredPod pod = world.start("a");
        world.awaitStored(30);
        world.start("b");
        pod.freeze(programs);
        Pause.of(World.LEASE.multipliedBy(3));
        pod.thaw(programs);
        world.s3.pace(0);
    }
}
