package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Gather;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tree as of one revision: the requests, the jobs in progress by the names of their keys, the settings of /conf,
 * and the count of outstanding jobs. It costs one call per 20,000 keys of either folder, and one more while it is not
 * known for some request whether its id was used before. It keeps what decides, some 200 bytes per request and 100 per
 * job in progress, not the keys. Immutable.
 */
public final class Look {
    /** With more requests than this, a look may cost more than a job. */
    private static final int LARGE = 100;

    private final Tree tree;
    private final Snapshot settings;
    private final boolean whole;
    private final List<Request> requests = new ArrayList<>();
    private final Set<String> unused;
    private final Map<String, Map<String, Wip>> wips = new HashMap<>();

    /**
     * A folder below /wip/&lt;id&gt;, by the names of the keys in it. A host key without a lease does not count,
     * since it would never vanish: a user wrote it, or copied the tree.
     *
     * @param since the revision at which its job was first claimed; 0 without a run key
     * @param identified whether it has run and attempt; without them it is not a job, but the remains of one
     * @param hosted whether it has a host
     * @param parkedAt the revision at which it was parked, or 0
     * @param failedAt the revision at which it failed the last time, or 0
     * @param failures how often it has failed
     */
    public record Wip(JobKeys keys, long since, boolean identified, boolean hosted, long parkedAt, long failedAt,
            long failures) {
        public static Wip of(String folder, Snapshot keys) {
            JobKeys job = new JobKeys(folder);
            boolean identified = keys.has(job.run()) && keys.has(job.attempt());
            return new Wip(job, keys.created(job.run()), identified, keys.lease(job.host()) != 0,
                    keys.modified(job.error()), keys.modified(job.failures()), keys.version(job.failures()));
        }

        public boolean parked() {
            return identified && parkedAt > 0;
        }

        public boolean failing() {
            return failedAt > 0;
        }

        public boolean orphaned() {
            return identified && !hosted && parkedAt == 0;
        }
    }

    private Look(Etcd etcd, Tree tree, UsedIds ids, Range... more) throws IOException, InterruptedException {
        this.tree = tree;
        this.whole = more.length > 1;
        Gather folders = new Gather(key -> Tree.below(tree.requests(), key.name()).map(Tree.Below::name).orElse(null),
                (id, keys) -> requests.add(Request.of(tree, id, Snapshot.of(0, keys))));
        Gather jobs = new Gather(this::jobFolder, this::addWip);
        settings = Scan.read(etcd, List.of(new Scan(Range.folder(tree.requests()), folders),
                new Scan(Range.names(tree.wips()), jobs)), more);
        folders.end();
        jobs.end();
        requests.sort(Comparator.comparingLong(Request::age));
        unused = ids.judge(etcd, tree, settings.revision(), requests);
    }

    /** @param webhooks the marks that it reads */
    public static Look at(Etcd etcd, Tree tree, UsedIds ids, Range webhooks) throws IOException, InterruptedException {
        return new Look(etcd, tree, ids, Range.key(tree.outstanding()), Range.folder(tree.conf()), webhooks);
    }

    /** For a user of etcd who may not read /conf. */
    public static Look withoutConf(Etcd etcd, Tree tree, UsedIds ids) throws IOException, InterruptedException {
        return new Look(etcd, tree, ids, Range.key(tree.outstanding()));
    }

    /** The folder of the job that the key belongs to, else that of the request, else null. */
    private String jobFolder(Snapshot.Key key) {
        return Tree.below(tree.wips(), key.name()).map(request -> Tree.below(tree.wips(request.name()), key.name())
                .map(job -> tree.wips(request.name()) + job.name() + "/").orElse(tree.wips(request.name())))
                .orElse(null);
    }

    private void addWip(String folder, List<Snapshot.Key> keys) {
        String id = Tree.below(tree.wips(), folder).map(Tree.Below::name).orElseThrow();
        Map<String, Wip> jobs = wips.computeIfAbsent(id, name -> new TreeMap<>());
        Tree.below(tree.wips(id), folder).ifPresent(job -> jobs.put(job.name(), Wip.of(folder, Snapshot.of(0, keys))));
    }

    /** The keys that are kept as they were read: /conf, the count of outstanding jobs, and marks of webhooks. */
    public Snapshot settings() {
        return settings;
    }

    /** Whether nothing stands below the prefix, but perhaps what is done; false if not all was read. */
    public boolean isEmpty() {
        return whole && requests.isEmpty() && wips.isEmpty() && settings.keys().isEmpty();
    }

    public boolean isLarge() {
        return requests.size() > LARGE;
    }

    public List<Request> requests() { // oldest first
        return requests;
    }

    /** Requests with jobs to claim, oldest first; a new one only once its id is known to be unused. */
    public List<Request> backlog() {
        return requests.stream().filter(request -> request.unclaimed()
                && (request.begun() || unused.contains(request.id()))).toList();
    }

    /** The ids below /wip, whether or not their requests exist. */
    public Set<String> ids() {
        return wips.keySet();
    }

    /** The jobs in progress of a request that has begun, by their numbers. */
    public Map<Integer, Wip> jobs(Request request) {
        Map<Integer, Wip> jobs = new TreeMap<>();
        wips.getOrDefault(request.id(), Map.of()).forEach((number, wip) -> {
            int job = Tree.job(number);
            if (wip.identified() && wip.since >= request.run().began() && job < request.run().next()) {
                jobs.put(job, wip);
            }
        });
        return jobs;
    }

    /** Folders below /wip/&lt;id&gt; that belong to an earlier run. */
    public List<Wip> dead(Request request) {
        return wips.getOrDefault(request.id(), Map.of()).values().stream()
                .filter(wip -> wip.identified() && wip.since < request.run().began()).toList();
    }

    /** How many jobs of a request that has begun were claimed, are not done, and have no keys below /wip. */
    public int missing(Request request) {
        int done = request.terms().jobs() - request.run().left();
        return request.run().next() - done - jobs(request).size();
    }

    /** How many jobs were parked after a revision. A request that could not be planned counts as one. */
    public int parkedAfter(long revision) {
        return (int) (requests.stream().filter(Request::begun).flatMap(request -> jobs(request).values().stream())
                .filter(wip -> wip.parked() && wip.parkedAt() > revision).count()
                + requests.stream().filter(request -> !request.begun() && request.waits()
                        && request.revisions().error() > revision).count());
    }

    public int parked() {
        return parkedAfter(0);
    }

    /** How many pods work on a job or plan. */
    public int pods() {
        return (int) (wips.values().stream().flatMap(jobs -> jobs.values().stream()).filter(Wip::hosted).count()
                + requests.stream().filter(Request::beingPlanned).count());
    }

    /** Jobs unclaimed and in progress of all requests, without parked jobs and bad requests. */
    public long outstanding() {
        return requests.stream().mapToLong(this::outstanding).sum();
    }

    /**
     * A request that waits for its user counts only the jobs that pods work on. One that is to be cancelled counts as
     * one, so that there is a pod to end it.
     */
    private long outstanding(Request request) {
        boolean waits = request.waits() || request.control().paused();
        if (request.control().cancelled() || !request.begun()) {
            return request.control().cancelled() ? 1 : waits && !request.beingPlanned() ? 0 : request.left();
        }
        Collection<Wip> jobs = jobs(request).values();
        return request.error() == null && !waits ? request.left() - jobs.stream().filter(Wip::parked).count()
                : jobs.stream().filter(wip -> wip.hosted() && !wip.parked()).count();
    }

    public String published() {
        return settings.value(tree.outstanding());
    }
}
