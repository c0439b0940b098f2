package filehash.deaths;

import filehash.backends.Wire;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A fault of the random run: it begins, lasts for a while, and ends. A target has only one fault at a time. */
enum Fault {
    INIT_POD_KILLED(Of.POD, 4, 0, (stage, slot, time) -> slot.pod().container(WiredPod.INIT).kill()),
    FETCHER_KILLED(Of.POD, 4, 0, (stage, slot, time) -> slot.pod().container(WiredPod.FETCH).kill()),
    HASHER_KILLED(Of.POD, 5, 0, (stage, slot, time) -> slot.pod().container(WiredPod.HASH).kill()),
    CONTAINER_TERMINATED(Of.POD, 3, 0,
            (stage, slot, time) -> slot.pod().container(WiredPod.PROGRAMS.get((int) (time.toMillis() % 3)))
                    .terminate()),
    POD_KILLED(Of.POD, 4, 0, (stage, slot, time) -> {
        slot.end();
        slot.begin();
    }),
    POD_EVICTED(Of.POD, 3, 0, (stage, slot, time) -> {
        slot.pod().terminate();
        stage.report(slot.pod().awaitEnd());
        slot.end();
        slot.begin();
    }),
    NODE_REBOOTED(Of.POD, 3, 0, (stage, slot, time) -> slot.reboot()),
    POD_FROZEN(Of.POD, 4, 15, (stage, slot, time) -> frozen(slot, time, WiredPod.PROGRAMS)),
    INIT_POD_FROZEN(Of.POD, 2, 12, (stage, slot, time) -> frozen(slot, time, List.of(WiredPod.INIT))),
    FETCHER_FROZEN(Of.POD, 2, 8, (stage, slot, time) -> frozen(slot, time, List.of(WiredPod.FETCH))),
    HASHER_FROZEN(Of.POD, 3, 12, (stage, slot, time) -> frozen(slot, time, List.of(WiredPod.HASH))),
    DISK_FULL(Of.POD, 3, 4, (stage, slot, time) -> slot.fill(time)),
    ETCD_CUT_OFF(Of.POD, 3, 12, (stage, slot, time) -> held(slot.pod().etcd, time)),
    MYSQL_CUT_OFF(Of.POD, 3, 12, (stage, slot, time) -> held(slot.pod().mysql, time)),
    S3_CUT_OFF(Of.POD, 2, 8, (stage, slot, time) -> held(slot.pod().s3, time)),
    CONNECTIONS_RESET(Of.POD, 3, 3, (stage, slot, time) -> {
        for (long i = 0; i < time.toMillis(); i += 200) {
            Stream.of(slot.pod().etcd, slot.pod().mysql, slot.pod().s3).forEach(Wire::cut);
            Pause.of(Duration.ofMillis(200));
        }
    }),
    LATE_TO_MYSQL(Of.POD, 3, 4, (stage, slot, time) -> {
        slot.pod().mysql.holdRequests();
        Pause.of(Duration.ofMillis(100));
        Runnable late = slot.pod().mysql.leaveHeld();
        slot.pod().mysql.cutClients();
        Pause.of(time);
        late.run();
    }),
    ANSWERS_OF_MYSQL_LOST(Of.POD, 3, 1, (stage, slot, time) -> {
        slot.pod().mysql.holdAnswers();
        Pause.of(time);
        slot.pod().mysql.cut();
        slot.pod().mysql.pass();
    }),
    ETCD_KILLED(Of.ETCD, 4, 10, (stage, slot, time) -> {
        stage.world().servers.etcd().kill();
        Pause.of(time);
        stage.world().servers.etcd().start();
    }),
    ETCD_FROZEN(Of.ETCD, 2, 8, (stage, slot, time) -> {
        stage.world().servers.etcd().freeze();
        Pause.of(time);
        stage.world().servers.etcd().thaw();
    }),
    ETCD_COMPACTED(Of.ETCD, 1, 0, (stage, slot, time) -> stage.world().etcd.compact()),
    MYSQL_KILLED(Of.MYSQL, 4, 4, (stage, slot, time) -> {
        stage.world().servers.mysql().kill();
        Pause.of(time);
        stage.world().servers.mysql().start();
    }),
    MYSQL_FROZEN(Of.MYSQL, 2, 8, (stage, slot, time) -> {
        stage.world().servers.mysql().freeze();
        Pause.of(time);
        stage.world().servers.mysql().thaw();
    }),
    S3_STORM(Of.S3, 3, 6, (stage, slot, time) -> {
        stage.world().s3.storm(0.8);
        Pause.of(time);
        stage.world().s3.storm(0);
    }),
    S3_BODIES_CUT(Of.S3, 3, 6, (stage, slot, time) -> {
        stage.world().s3.cut(0.4);
        Pause.of(time);
        stage.world().s3.cut(0);
    }),
    S3_SLOW(Of.S3, 2, 6, (stage, slot, time) -> {
        stage.world().s3.delay(Duration.ofMillis(400));
        Pause.of(time);
        stage.world().s3.delay(Duration.ZERO);
    });

    /** What it strikes: one of many pods, whose ordinal is 0, or one server each, from 1 on. */
    enum Of {
        POD, ETCD, MYSQL, S3
    }

    private final Of target;
    private final int weight;
    private final int longestSeconds;
    private final Course course;

    Fault(Of target, int weight, int longestSeconds, Course course) {
        this.target = target;
        this.weight = weight;
        this.longestSeconds = longestSeconds;
        this.course = course;
    }

    /** From its beginning to its end. */
    interface Course {
        void run(RandomRun stage, Slot slot, Duration time) throws Exception;
    }

    Of target() {
        return target;
    }

    /** How often it is chosen, compared with the others. */
    int weight() {
        return weight;
    }

    int longestSeconds() {
        return longestSeconds;
    }

    Course course() {
        return course;
    }

    private static void held(Wire wire, Duration time) throws InterruptedException {
        wire.hold();
        Pause.of(time);
        wire.pass();
    }

    private static void frozen(Slot slot, Duration time, List<String> programs) throws Exception {
        String[] names = programs.toArray(new String[0]);
        slot.pod().freeze(names);
        Pause.of(time);
        slot.pod().thaw(names);
    }
}
