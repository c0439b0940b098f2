package filehash.deaths;

import filehash.backends.Await;
import filehash.backends.KindOfNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Requests of any names: their planners and workers die, stand still, or lose a server, at each step of a planning. */
final class PlanScenarios {
    private static final Duration LONG = World.LEASE.multipliedBy(2);
    private static final int PODS = 4;
    private static final int JOBS = 7;
    private static final int OBJECTS = 60;

    private PlanScenarios() {
    }

    /** How far a planning is. */
    private enum Step {
        /** The request is there. */
        ASKED,
        /** A pod has written plan/id. */
        TAKEN,
        /** S3 holds a LIST of it. */
        LISTING,
        /** plan.json is there, and init-pod has not seen it. */
        PLANNED,
        /** The ranges are in etcd, and init-pod does not know. */
        ENTERED,
        /** The run has begun. */
        BEGUN
    }

    /** What happens to a pod. */
    private interface Death {
        void strike(WiredPod pod) throws Exception;
    }

    static void plannersFetcherDies(World world) throws Exception {
        eachStep(world, 0, pod -> pod.container(WiredPod.FETCH).kill());
    }

    static void plannersInitPodDies(World world) throws Exception {
        eachStep(world, 6, pod -> pod.container(WiredPod.INIT).kill());
    }

    static void plannerIsKilled(World world) throws Exception {
        eachStep(world, 12, pod -> killed(world, pod));
    }

    static void plannersNodeReboots(World world) throws Exception {
        eachStep(world, 18, pod -> rebooted(world, pod));
    }

    /** The smallest of them, for the ordinary tests. */
    static void plannerIsKilledWhileItLists(World world) throws Exception {
        startPods(world, 2);
        strike(world, ask(world, "1", KindOfNames.IMAGES), Step.LISTING, pod -> killed(world, pod));
    }

    /** It goes on long after another pod has planned: as a whole, and with its own plan in hand. */
    static void plannerStandsStill(World world) throws Exception {
        startPods(world, PODS);
        strike(world, ask(world, "1", KindOfNames.DATES), Step.LISTING, pod -> {
            pod.freeze();
            world.s3.letListsGo();
            awaitRun(world, "1");
            pod.thaw();
        });
        strike(world, ask(world, "2", KindOfNames.GUID), Step.PLANNED, pod -> {
            pod.freeze(WiredPod.INIT);
            awaitRun(world, "2");
            pod.thaw(WiredPod.INIT);
        });
    }

    /** Its ranges arrive only when another pod has planned elsewhere: more names are there by then. */
    static void rangesComeLate(World world) throws Exception {
        startPods(world, PODS);
        SubmittedRequest request = ask(world, "1", KindOfNames.IMAGES);
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        strike(world, request, Step.PLANNED, pod -> {
            pod.etcd.changeRequests(bytes -> {
                if (new String(bytes, StandardCharsets.ISO_8859_1).contains("/wip/1/ranges/0")) {
                    sent.countDown();
                    Await.until("they may arrive", Duration.ofHours(1), () -> late.getCount() == 0);
                }
                return bytes;
            });
            List<String> more = Objects.names(KindOfNames.IMAGES, 2 * OBJECTS, world.random);
            world.change(request, more, more.size());
            pod.thaw(WiredPod.INIT);
            Await.until("the ranges are sent", Await.BOUND, () -> sent.getCount() == 0);
            pod.freeze(WiredPod.INIT);
            awaitRun(world, "1");
            late.countDown();
        });
    }

    static void etcdIsAwayInMidPlan(World world) throws Exception {
        startPods(world, PODS);
        strike(world, ask(world, "1", KindOfNames.MIXED), Step.LISTING, pod -> {
            world.servers.etcd().kill();
            world.s3.letListsGo();
            Pause.of(LONG);
            world.servers.etcd().start();
        });
        strike(world, ask(world, "2", KindOfNames.UNICODE), Step.PLANNED, pod -> {
            world.servers.etcd().freeze();
            pod.thaw(WiredPod.INIT);
            Pause.of(LONG);
            world.servers.etcd().thaw();
        });
        strike(world, ask(world, "3", KindOfNames.HEX), Step.LISTING, pod -> {
            pod.etcd.hold();
            world.s3.letListsGo();
            Pause.of(LONG);
            pod.etcd.pass();
        });
    }

    static void s3IsAwayInMidPlan(World world) throws Exception {
        startPods(world, PODS);
        strike(world, ask(world, "1", KindOfNames.ONE_DENSE_FOLDER), Step.LISTING, pod -> {
            world.s3.storm(1);
            world.s3.letListsGo();
            Pause.of(World.LEASE);
            world.s3.storm(0.7);
            Pause.of(World.LEASE);
            world.s3.storm(0);
        });
        strike(world, ask(world, "2", KindOfNames.LONG_PREFIX), Step.LISTING, pod -> {
            pod.s3.refuse();
            pod.s3.cut();
            world.s3.letListsGo();
            Pause.of(LONG);
            pod.s3.accept();
        });
    }

    /** Requests of all kinds at once; the plan decides on the jobs of one. */
    static void workersOfPlannedJobsDie(World world) throws Exception {
        for (KindOfNames kind : KindOfNames.values()) {
            world.askForPlan(kind.name(), kind, 2 * OBJECTS, kind == KindOfNames.MIXED ? 0 : JOBS, "SHA256");
        }
        world.s3.pace(30);
        startPods(world, PODS);
        List<Death> deaths = List.of(pod -> pod.container(WiredPod.INIT).kill(),
                pod -> pod.container(WiredPod.FETCH).kill(),
                pod -> pod.container(WiredPod.HASH).kill(), pod -> killed(world, pod), pod -> rebooted(world, pod),
                pod -> {
                    pod.freeze();
                    Pause.of(LONG);
                    pod.thaw();
                });
        for (int i = 0; i < 2 * deaths.size(); i++) {
            world.awaitStored(world.pulse.stored() + 20);
            List<WiredPod> pods = world.pods();
            deaths.get(i % deaths.size()).strike(pods.get(world.random.nextInt(pods.size())));
        }
        world.s3.pace(0);
    }

    /**
     * Objects come and go between the plan and the listing of the jobs, and one goes after that. Those that stood all
     * the time are stored; planned, listed and stored distinguish the others.
     */
    static void objectsChangeAfterThePlan(World world) throws Exception {
        world.start(plan(world, "a").with("LEASE_SECONDS", 1_000));
        SubmittedRequest request = ask(world, "1", KindOfNames.IMAGES);
        strike(world, request, Step.PLANNED, pod -> {
            List<String> now = new ArrayList<>(request.names());
            now.removeIf(name -> name.contains("1")); // whole jobs are empty then
            now.addAll(List.of("0", "IMG_0000002.jpg~", "IMG_0000059.jpg/new", "\ud83d\ude00"));
            now.sort(Objects.ORDER);
            world.change(request, now, OBJECTS);
            world.refuse(request.key("IMG_0000022.jpg"), "NoSuchKey", "GONE");
        });
        world.await("it is done", world::isDone);
        List<List<String>> counted = world.sql.query("SELECT s.PlannedObjects, p.Listed, s.Files, s.Failed FROM"
                + " FileHashSummary s JOIN FileHashProof p ON p.RequestID = s.RequestID");
        int listed = world.now(request).names().size();
        List<String> expected = List.of(Integer.toString(OBJECTS), Integer.toString(listed),
                Integer.toString(listed - 1), "1");
        if (!counted.equals(List.of(expected))) {
            throw new AssertionError("planned, listed, stored and failed are " + counted + ", and should " + expected);
        }
    }

    /** A request of another kind for each step. */
    private static void eachStep(World world, int first, Death death) throws Exception {
        startPods(world, PODS);
        for (Step step : Step.values()) {
            int kind = (first + step.ordinal()) % KindOfNames.values().length;
            strike(world, ask(world, step.name(), KindOfNames.values()[kind]), step, death);
        }
    }

    private static SubmittedRequest ask(World world, String id, KindOfNames kind)
            throws IOException, InterruptedException {
        world.s3.holdListsOf("root-" + id);
        return world.askForPlan(id, kind, OBJECTS, JOBS, "SHA256");
    }

    /** Brings the planning of a request to this step, then lets the death happen, and all go on. */
    private static void strike(World world, SubmittedRequest request, Step step, Death death) throws Exception {
        WiredPod pod = reached(world, request, step);
        death.strike(pod);
        world.s3.letListsGo();
        pod.etcd.pass();
        pod.thaw(WiredPod.INIT);
    }

    private static WiredPod reached(World world, SubmittedRequest request, Step step) throws Exception {
        if (step == Step.ASKED) {
            List<WiredPod> pods = world.pods();
            return pods.get(world.random.nextInt(pods.size()));
        }
        if (step == Step.BEGUN) {
            world.s3.letListsGo();
            awaitRun(world, request.id());
            return found(world, "/wip/" + request.id() + "/0/host");
        }
        String host = "/req/" + request.id() + "/plan/host";
        if (step == Step.TAKEN) {
            return found(world, host);
        }
        Await.until("S3 is asked for the names", Await.BOUND, world.s3::holdsLists);
        WiredPod pod = found(world, host);
        if (step == Step.LISTING) {
            return pod;
        }
        pod.freeze(WiredPod.INIT);
        world.s3.letListsGo();
        Await.until("it is planned", Await.BOUND, () -> pod.has("plan.json"));
        if (step == Step.ENTERED) {
            pod.etcd.holdAnswers();
            pod.thaw(WiredPod.INIT);
            Await.until("the ranges are entered", Await.BOUND,
                    () -> !world.etcd.get("/wip/" + request.id() + "/ranges/0").isEmpty());
        }
        return pod;
    }

    /** The pod that this key names; any, if the request is done by now. */
    private static WiredPod found(World world, String host) {
        WiredPod[] found = new WiredPod[1];
        Await.until("a pod stands at " + host, Await.BOUND, () -> {
            String name = world.etcd.get(host);
            boolean done = world.etcd.below("/req/").isEmpty();
            found[0] = world.pods().stream().filter(pod -> done || pod.name.equals(name)).findFirst().orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    private static void awaitRun(World world, String id) {
        Await.until("the run begins", Await.BOUND, () -> !world.etcd.get("/req/" + id + "/run").isEmpty()
                || !world.etcd.get("/done/" + id + "/run").isEmpty());
    }

    private static void startPods(World world, int pods) throws IOException {
        for (int i = 0; i < pods; i++) {
            start(world);
        }
    }

    private static void start(World world) throws IOException {
        world.start(plan(world, "pod-" + world.allPods().size()));
    }

    private static PodPlan plan(World world, String name) throws IOException {
        return world.plan(name).with("FILES_BYTES", 1 << 24).onBoot("first");
    }

    private static void killed(World world, WiredPod pod) throws IOException {
        pod.kill();
        start(world);
    }

    private static void rebooted(World world, WiredPod pod) throws IOException {
        pod.crash();
        Torn.tear(pod.directory);
        world.plan(pod.name).onBoot("boot-" + world.random.nextInt());
        pod.start();
    }
}
