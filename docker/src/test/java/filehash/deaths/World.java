package filehash.deaths;

import filehash.backends.Await;
import filehash.backends.KindOfNames;
import filehash.backends.MySqlServer;
import filehash.backends.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One run of one scenario: its objects, requests and pods, and what is checked at its end. */
final class World implements AutoCloseable {
    static final int LEASE_SECONDS = 5;
    static final Duration LEASE = Duration.ofSeconds(LEASE_SECONDS);

    /** MySQL ends a dead session after 30 s; with that nothing may stand still for longer than this. */
    private static final Duration LONGEST_STILL = Duration.ofMinutes(10);
    private static final Duration SETTLE = Await.BOUND;
    private static final int NAMES_OF_A_PAGE = 10;
    private static final String S3_SECRET = "secret-of-the-deaths-5b21e0";

    final Servers servers;
    final Random random;
    final FaultyS3 s3;
    final Etcdctl etcd;
    final AuditSql sql;
    final Pulse pulse;
    final Path folder;
    private final MySqlServer.Database database;
    private final List<WiredPod> pods = Collections.synchronizedList(new ArrayList<>());
    private final List<SmallDisk> disks = Collections.synchronizedList(new ArrayList<>());
    private final List<SubmittedRequest> requests = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private Supplier<String> report = () -> "";
    private boolean unharmed;
    private Ledger ledger;

    /** @param folder is kept as evidence if it fails */
    World(Servers servers, String name, Path folder, long seed) throws IOException, SQLException, InterruptedException {
        this.servers = servers;
        this.folder = Files.createDirectories(folder);
        this.random = new Random(seed);
        this.s3 = new FaultyS3();
        this.database = servers.mysql().createDatabase("deaths");
        this.sql = new AuditSql(servers.mysql(), database);
        this.etcd = new Etcdctl(servers.etcd().endpoint(), "/" + name + "-" + System.nanoTime());
        this.pulse = new Pulse(sql);
        putConf();
    }

    /** Creates some objects below a root of its own and puts a request for them. */
    SubmittedRequest ask(String id, int objects, int jobs, String... methods) throws IOException, InterruptedException {
        return ask(id, Objects.names(objects, random), jobs, methods);
    }

    SubmittedRequest ask(String id, List<String> names, int jobs, String... methods)
            throws IOException, InterruptedException {
        SubmittedRequest request = new SubmittedRequest(id, "root-" + id, jobs, List.of(methods), names);
        request.names().forEach(name -> s3.put(request.key(name)));
        put(request);
        return request;
    }

    /** Asks for a folder of such names, of unequal sizes, that is to be planned. It lists some names on each page. */
    SubmittedRequest askForPlan(String id, KindOfNames kind, int objects, int jobs, String... methods)
            throws IOException, InterruptedException {
        s3.pagesOf(NAMES_OF_A_PAGE);
        List<String> names = Objects.names(kind, objects, random);
        SubmittedRequest request =
                new SubmittedRequest(id, "root-" + id, jobs, List.of(methods), "list", names, names.size());
        names.forEach(name -> s3.put(request.key(name)));
        put(request);
        return request;
    }

    /**
     * Adds and removes objects of a request.
     *
     * @param planned how many of them its planner saw
     */
    void change(SubmittedRequest request, List<String> now, int planned) {
        requests.replaceAll(other -> other.id().equals(request.id()) ? request.with(now, planned) : other);
        request.names().stream().filter(name -> !now.contains(name)).forEach(name -> s3.remove(request.key(name)));
        now.stream().filter(name -> !request.names().contains(name)).forEach(name -> s3.put(request.key(name)));
    }

    /** The request with the objects that it has now. */
    SubmittedRequest now(SubmittedRequest request) {
        return requests.stream().filter(other -> other.id().equals(request.id())).findFirst().orElseThrow();
    }

    /** Asks for objects that are there, under another id. */
    SubmittedRequest askAgain(SubmittedRequest other, String id, int jobs, String... methods)
            throws IOException, InterruptedException {
        SubmittedRequest request = new SubmittedRequest(id, other.root(), jobs, List.of(methods), other.names());
        put(request);
        return request;
    }

    /** S3 refuses one of its objects, which must become a failed object of this class. */
    void refuse(String key, String code, String kind) {
        refused.put(key, kind);
        s3.refuse(key, code);
    }

    void cancel(SubmittedRequest request) throws IOException, InterruptedException {
        lose(request);
        etcd.delete("/req/" + request.id() + "/");
    }

    /** Its keys are lost: the objects that are not stored by now need no row. */
    void lose(SubmittedRequest request) {
        cancelled.add(request.id());
    }

    /** Declares that nothing dies in this scenario: then no attempt may fail. */
    void expectNoFailures() {
        unharmed = true;
    }

    PodPlan plan(String name) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>(Map.of("LEASE_SECONDS", Integer.toString(LEASE_SECONDS),
                "FILES_LIMIT", "10", "FILES_BYTES", "65536", "ETCD_PREFIX", etcd.prefix()));
        return new PodPlan(name, Files.createDirectories(folder.resolve("dat").resolve(name)), folder, settings);
    }

    WiredPod start(String name) throws IOException {
        return start(plan(name));
    }

    WiredPod start(PodPlan plan) throws IOException {
        WiredPod pod = prepare(plan);
        pod.start();
        return pod;
    }

    /** A pod without a running program. */
    WiredPod prepare(PodPlan plan) throws IOException {
        WiredPod pod = new WiredPod(plan, new Wire("127.0.0.1", servers.etcd().port()),
                new Wire("127.0.0.1", servers.mysql().port()), new Wire("127.0.0.1", s3.port()));
        pods.add(pod);
        return pod;
    }

    /** Puts a small disk under the pod's directory. */
    SmallDisk mount(PodPlan plan) throws IOException {
        SmallDisk disk = SmallDisk.mount(plan.directory());
        disks.add(disk);
        return disk;
    }

    /** The pods that are not ended. */
    List<WiredPod> pods() {
        return List.copyOf(pods).stream().filter(pod -> !pod.isEnded()).toList();
    }

    List<WiredPod> allPods() {
        return List.copyOf(pods);
    }

    void awaitStored(long objects) {
        await("more than " + objects + " objects are stored", () -> sql.stored() > objects);
    }

    /** Waits for a condition that must come as long as rows are stored. */
    void await(String what, Callable<Boolean> condition) {
        long begin = System.nanoTime();
        boolean[] met = new boolean[1];
        Await.until(what + " (or nothing moved for " + LONGEST_STILL.toSeconds() + " s)", Duration.ofHours(3), () -> {
            met[0] = condition.call();
            long waited = System.nanoTime() - begin;
            return met[0] || waited > LONGEST_STILL.toNanos() && pulse.still().compareTo(LONGEST_STILL) > 0;
        });
        if (!met[0]) {
            throw new AssertionError("nothing moved for " + LONGEST_STILL.toSeconds() + " s while waiting: " + what);
        }
    }

    boolean isDone() throws IOException, InterruptedException {
        for (Map.Entry<String, String> wip : etcd.below("/wip/").entrySet()) {
            String key = wip.getKey().replaceFirst(".*/", "");
            if (key.equals("error") || unharmed && (key.equals("failures")
                    || key.equals("attempt") && !wip.getValue().equals("1"))) {
                throw new AssertionError(wip.getKey() + " says: " + wip.getValue());
            }
        }
        return etcd.below("/req/").isEmpty();
    }

    /** Waits until no request is left, checks everything, and ends the pods that are there. */
    void finish() throws IOException, InterruptedException, SQLException {
        await("all requests are done", this::isDone);
        pulse.close();
        List<String> problems = new ArrayList<>();
        ledger = new Ledger(sql, refused).check(requests, cancelled, true);
        problems.addAll(ledger.problems());
        Settled.await(SETTLE, () -> new TreeCheck(etcd, refused).problems(requests, cancelled)).forEach(problems::add);
        Settled.await(SETTLE, this::leftInDirectories).forEach(problems::add);
        problems.addAll(end());
        Evidence.throwIfAny(problems);
    }

    /** Ends the pods as Kubernetes does. @return what was seen of them that must not be */
    List<String> end() throws IOException, InterruptedException {
        List<String> problems = new ArrayList<>();
        List<WiredPod> alive = pods();
        alive.forEach(WiredPod::terminate);
        for (WiredPod pod : alive) {
            problems.addAll(pod.awaitEnd());
        }
        allPods().forEach(pod -> problems.addAll(pod.endedOfTheirOwn()));
        allPods().forEach(pod -> problems.addAll(pod.sampler.problems()));
        problems.addAll(Evidence.secrets(folder, List.of(database.password(), S3_SECRET)));
        return problems;
    }

    void reports(Supplier<String> what) {
        report = what;
    }

    /** Prints the report of the scenario, whether it passed or failed. */
    void report() {
        System.out.print(report.get());
    }

    Ledger ledger() {
        return ledger;
    }

    /**
     * Helps to find the reason of a failure. Ends the pods, so that nothing changes any more.
     *
     * @return how many of the rows that must be there by now are not, and of those that must not be are; all must be
     *     there by the time at which all is said to be done
     */
    String keep(String why) throws IOException {
        killPods();
        Evidence.keep(folder, why, etcd, sql, allPods(), List.of(database.password(), S3_SECRET));
        try {
            return (ledger != null ? ledger : new Ledger(sql, refused).check(requests, cancelled, false)).toString();
        } catch (SQLException e) {
            return "rows missing, twice, wrong: unknown, " + e.getMessage();
        }
    }

    @Override
    public void close() throws IOException {
        pulse.close();
        killPods();
        for (SmallDisk disk : List.copyOf(disks)) {
            disk.close();
        }
        s3.close();
    }

    private void killPods() throws IOException {
        for (WiredPod pod : allPods()) {
            pod.thaw();
            pod.kill();
        }
    }

    private List<String> leftInDirectories() throws IOException {
        List<String> left = new ArrayList<>();
        for (WiredPod pod : pods()) {
            left.addAll(Evidence.leftIn(pod.directory));
        }
        return left;
    }

    private void put(SubmittedRequest request) throws IOException, InterruptedException {
        requests.add(request);
        String folderOfKeys = "/req/" + request.id() + "/";
        etcd.put(folderOfKeys + "split", request.split());
        etcd.put(folderOfKeys + "root", request.root());
        etcd.put(folderOfKeys + "method", String.join(",", request.methods()));
        etcd.put(folderOfKeys + "job", request.jobs() == 0 ? "auto" : Integer.toString(request.jobs()));
    }

    void putConf() throws IOException, InterruptedException {
        etcd.put("/conf/s3_bucket", FaultyS3.BUCKET);
        etcd.put("/conf/s3_endpoint", "http://s3.deaths");
        etcd.put("/conf/s3_key", "key-of-the-deaths");
        etcd.put("/conf/s3_secret", S3_SECRET);
        etcd.put("/conf/mysql_host", database.host());
        etcd.put("/conf/mysql_name", database.name());
        etcd.put("/conf/mysql_user", database.user());
        etcd.put("/conf/mysql_pass", database.password());
    }
}
