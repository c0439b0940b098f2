package filehash.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One look at the tree, as of one revision: the requests with their values, the jobs in progress by the names of their
 * keys, the settings of /conf, and the count of outstanding jobs. It costs one call, and a second while there are
 * requests that have not begun. Immutable.
 */
final class Look {
    private final Tree tree;
    private final Snapshot all;
    private final List<Request> requests = new ArrayList<>();
    private final Map<String, Map<String, Wip>> wips = new HashMap<>();

    /**
     * A folder below /wip/&lt;id&gt;, by the names of the keys in it.
     *
     * @param since the revision at which its job was first claimed; 0 without a run key
     */
    record Wip(String folder, long since, Set<String> names) {
        /** Without its identity it is not a job, but what is left of one. */
        boolean identified() {
            return names.contains("run") && names.contains("attempt");
        }

        boolean parked() {
            return identified() && names.contains("error");
        }

        boolean orphaned() {
            return identified() && !names.contains("host") && !names.contains("error");
        }

        boolean failing() {
            return names.contains("failures");
        }
    }

    private Look(Tree tree, Snapshot all) {
        this.tree = tree;
        this.all = all;
        Set<String> seen = new HashSet<>();
        for (String key : all.below(tree.requests()).keySet()) {
            Optional<String> id = Tree.below(tree.requests(), key).map(Tree.Below::name).filter(seen::add);
            id.ifPresent(name -> requests.add(Request.of(tree, name, all)));
        }
        requests.sort(Comparator.comparingLong(Request::age));
        all.below(tree.wips()).values().forEach(this::addWip);
    }

    static Look at(Etcd etcd, Tree tree) throws IOException, InterruptedException {
        Snapshot all = etcd.read(Range.folder(tree.requests()), Range.names(tree.wips()),
                Range.folder(tree.conf()), Range.key(tree.outstanding()));
        Look look = new Look(tree, all);
        List<Range> ranges = look.requests.stream().filter(request -> request.terms() != null && !request.begun())
                .map(request -> Range.any(tree.done(request.id()), all.revision())).toList();
        if (!ranges.isEmpty()) {
            Snapshot used = etcd.read(ranges);
            look.requests.replaceAll(request -> used.below(tree.done(request.id())).isEmpty() ? request
                    : request.with("its id was used before: delete " + tree.done(request.id())
                            + ", or put the request under another id"));
        }
        return look;
    }

    private void addWip(Snapshot.Key key) {
        Tree.below(tree.wips(), key.name()).ifPresent(request -> {
            Optional<Tree.Below> job = Tree.below(tree.wip(request.name()), key.name());
            String number = job.map(Tree.Below::name).orElse("");
            Map<String, Wip> jobs = wips.computeIfAbsent(request.name(), id -> new TreeMap<>());
            Wip wip = jobs.getOrDefault(number, new Wip(tree.wip(request.name()) + number + "/", 0, new HashSet<>()));
            job.ifPresent(below -> wip.names.add(below.rest()));
            boolean run = job.isPresent() && "run".equals(job.get().rest());
            jobs.put(number, run ? new Wip(wip.folder, key.created(), wip.names) : wip);
        });
    }

    Snapshot all() {
        return all;
    }

    /** Older ones first. */
    List<Request> requests() {
        return requests;
    }

    /** The ids below /wip, of requests that are there or not. */
    Set<String> ids() {
        return wips.keySet();
    }

    /** The jobs in progress of a request that has begun, by their numbers. */
    Map<Integer, Wip> jobs(Request request) {
        Map<Integer, Wip> jobs = new TreeMap<>();
        wips.getOrDefault(request.id(), Map.of()).forEach((number, wip) -> {
            int job = number.matches("0|[1-9][0-9]{0,4}") ? Integer.parseInt(number) : Integer.MAX_VALUE;
            if (wip.identified() && wip.since >= request.run().began() && job < request.run().next()) {
                jobs.put(job, wip);
            }
        });
        return jobs;
    }

    /** What stands below /wip/&lt;id&gt; and is of an earlier run. */
    List<Wip> dead(Request request) {
        return wips.getOrDefault(request.id(), Map.of()).values().stream()
                .filter(wip -> wip.identified() && wip.since < request.run().began()).toList();
    }

    /** How many jobs of a request that has begun were claimed, are not done, and have no keys below /wip. */
    int missing(Request request) {
        int done = request.terms().jobs() - request.run().left();
        return request.run().next() - done - jobs(request).size();
    }

    int parked() {
        return (int) requests.stream().filter(Request::begun)
                .flatMap(request -> jobs(request).values().stream()).filter(Wip::parked).count();
    }

    /** Jobs unclaimed and in progress, over all requests; parked ones and bad requests do not count. */
    int outstanding() {
        return requests.stream().mapToInt(Request::left).sum() - parked();
    }

    /** What /stats/outstanding says, or null. */
    String told() {
        return all.value(tree.outstanding());
    }
}
