package filehash.deaths;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** etcd, MySQL and S3 that die, stand still, or are cut off. */
final class ServerScenarios {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = World.LEASE.multipliedBy(2);

    private ServerScenarios() {
    }

    static void etcdOutageShorterThanLease(World world) throws Exception {
        etcdOutage(world, SHORT);
    }

    static void etcdOutageLongerThanLease(World world) throws Exception {
        etcdOutage(world, LONG);
    }

    /** Jobs end while etcd is away, and wait to be entered. */
    static void etcdIsAwayWhenJobsEnd(World world) throws Exception {
        work(world);
        world.s3.pace(0);
        world.servers.etcd().kill();
        Pause.of(LONG);
        world.servers.etcd().start();
    }

    static void etcdStandsStill(World world) throws Exception {
        work(world);
        world.servers.etcd().freeze();
        Pause.of(LONG);
        world.servers.etcd().thaw();
        world.s3.pace(0);
    }

    static void etcdRestartsAgainAndAgain(World world) throws Exception {
        EtcdServer etcd = world.servers.etcd();
        work(world);
        for (int i = 0; i < 5; i++) {
            etcd.kill();
            Pause.upTo(world.random, SHORT);
            etcd.start();
            Pause.upTo(world.random, SHORT);
        }
        world.s3.pace(0);
    }

    /** A pod's watch cannot resume where it was. The pod finds the events that it missed nevertheless. */
    static void etcdForgetsItsHistory(World world) throws Exception {
        WiredPod pod = world.start("a");
        world.ask("1", 40, 2, "SHA256");
        world.await("the first request is done", world::isDone);
        pod.etcd.hold();
        world.ask("2", 40, 2, "SHA256");
        world.etcd.compact();
        Pause.of(LONG);
        pod.etcd.pass();
    }

    /** Only the user can repair this. The pods report what is missing, and serve the requests that are put again. */
    static void etcdLosesItsData(World world) throws Exception {
        SubmittedRequest lost = work(world);
        world.servers.etcd().close();
        world.servers.etcd().start();
        for (WiredPod pod : world.pods()) {
            Await.until(pod.name + " reports what is missing", Await.BOUND, () -> pod.log(WiredPod.INIT)
                    .contains("missing: " + world.etcd.prefix() + "/conf/s3_bucket"));
        }
        world.putConf();
        world.lose(lost);
        world.askAgain(lost, "2", 6, "SHA256");
        world.s3.pace(0);
    }

    /** The clocks of all pods differ from that of S3, by hours in either direction. */
    static void clocksJump(World world) throws Exception {
        work(world);
        for (long hours : List.of(2, -2)) {
            world.s3.clock(Duration.ofHours(hours));
            Pause.of(LONG);
            world.s3.clock(Duration.ZERO);
            world.awaitStored(world.pulse.stored() + 10);
        }
        world.s3.pace(0);
    }

    static void mySqlIsKilledAmidCommits(World world) throws Exception {
        MySqlServer mysql = world.servers.mysql();
        work(world);
        for (int i = 0; i < 4; i++) {
            mysql.kill();
            Pause.upTo(world.random, SHORT);
            mysql.start();
            world.awaitStored(world.pulse.stored() + 10);
        }
        world.s3.pace(0);
    }

    /** For longer than the socket timeout: the pods return over other connections. */
    static void mySqlStandsStill(World world) throws Exception {
        work(world);
        world.servers.mysql().freeze();
        Pause.of(Duration.ofSeconds(25));
        world.servers.mysql().thaw();
        world.s3.pace(0);
    }

    static void s3Storm(World world) throws Exception {
        work(world);
        world.s3.storm(0.7);
        Pause.of(LONG);
        world.s3.storm(1);
        Pause.of(SHORT);
        world.s3.storm(0);
        world.s3.pace(0);
    }

    /** An hour of wrong rights costs an hour and no row. How many objects and seconds are system properties. */
    static void s3DeniesAllForATime(World world) throws Exception {
        int objects = Integer.getInteger("filehash.objects", 600);
        world.ask("1", objects, 6, "SHA256");
        world.s3.pace(objects / 20);
        for (String name : List.of("a", "b")) {
            world.start(name);
        }
        world.awaitStored(objects / 20);
        world.s3.deny(true);
        world.await("a job rests because S3 denies its objects", () -> world.etcd.below("/wip/").entrySet().stream()
                .anyMatch(wip -> wip.getKey().endsWith("/failures") && wip.getValue().contains("AccessDenied")));
        Pause.of(Duration.ofSeconds(Integer.getInteger("filehash.outage", 5)));
        world.s3.deny(false);
        world.s3.pace(0);
    }

    static void s3BodiesAreCut(World world) throws Exception {
        work(world);
        world.s3.cut(0.5);
        Pause.of(LONG);
        world.s3.cut(0);
        world.s3.pace(0);
    }

    static void s3IsSlow(World world) throws Exception {
        work(world);
        world.s3.delay(Duration.ofMillis(800));
        Pause.of(LONG);
        world.s3.delay(Duration.ZERO);
        world.s3.pace(0);
    }

    static void etcdIsCutOff(World world) throws Exception {
        cutOff(world, pod -> pod.etcd);
    }

    static void mySqlIsCutOff(World world) throws Exception {
        cutOff(world, pod -> pod.mysql);
    }

    static void s3IsCutOff(World world) throws Exception {
        cutOff(world, pod -> pod.s3);
    }

    /** One of two pods loses a server, first by silence and then by resets. */
    private static void cutOff(World world, Function<WiredPod, Wire> which) throws IOException, InterruptedException {
        work(world);
        Wire wire = which.apply(world.pods().get(0));
        wire.hold();
        Pause.of(LONG);
        wire.pass();
        Pause.of(SHORT);
        for (int i = 0; i < 10; i++) {
            wire.cut();
            Pause.upTo(world.random, Duration.ofMillis(300));
        }
        wire.refuse();
        wire.cut();
        Pause.of(LONG);
        wire.accept();
        world.s3.pace(0);
    }

    private static void etcdOutage(World world, Duration time) throws IOException, InterruptedException {
        work(world);
        world.servers.etcd().kill();
        Pause.of(time);
        world.servers.etcd().start();
        world.s3.pace(0);
    }

    private static SubmittedRequest work(World world) throws IOException, InterruptedException {
        SubmittedRequest request = world.ask("1", 600, 6, "SHA256");
        world.s3.pace(30);
        for (String name : List.of("a", "b")) {
            world.start(name);
        }
        world.awaitStored(30);
        return request;
    }
}
