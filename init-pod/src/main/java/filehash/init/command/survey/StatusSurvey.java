package filehash.init.command.survey;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Gather;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.JobProgress.Lately;
import filehash.init.tree.Request;
import filehash.init.tree.Tree;
import filehash.init.tree.UsedIds;
import filehash.program.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads how far requests are: first the jobs in progress, then the requests, then those jobs that are done, so that a
 * job that is finished meanwhile is met once. It reads neither /conf nor the count of outstanding jobs, because not
 * every user of etcd has the right to. Owned by one thread.
 */
public final class StatusSurvey {
    /** How many requests are read in full, oldest first. Thousands of waiting ones would not fit into a small heap. */
    private static final int MOST = 1000;
    private static final int PER_CALL = Etcd.MOST_RANGES / 2;

    private final Etcd etcd;
    private final Tree tree;
    private final Ended ended;
    private final UsedIds used = new UsedIds();
    private final Map<String, DoneSum> sums = new HashMap<>();
    private Map<String, RequestJobs> work = Map.of();
    private Map<String, List<Lately>> lately = Map.of();
    private List<RequestStatus> done;
    private List<String> before = List.of();

    /**
     * What was found.
     *
     * @param open oldest first
     * @param more how many requests are open beyond these
     * @param done those that were done last, oldest first
     */
    public record Found(List<RequestStatus> open, int more, List<RequestStatus> done) {
    }

    private record Opened(String id, long age) {
    }

    public StatusSurvey(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
        this.ended = new Ended(etcd, tree);
    }

    /** @param mostDone how many that are done */
    public Found all(int mostDone) throws IOException, InterruptedException {
        Map<String, List<Wip>> wips = Wip.read(etcd, tree, null);
        List<Opened> opened = new ArrayList<>();
        Gather folders = new Gather(key -> Tree.below(tree.requests(), key.name()).map(Tree.Below::name).orElse(null),
                (id, keys) -> opened.add(new Opened(id, keys.stream().mapToLong(Snapshot.Key::created).min()
                        .orElse(0))));
        Scan.read(etcd, List.of(new Scan(Range.names(tree.requests()), folders)));
        folders.end();
        List<String> ids = opened.stream().sorted(Comparator.comparingLong(Opened::age)).map(Opened::id).limit(MOST)
                .toList();
        List<RequestStatus> open = open(ids, wips);
        if (done == null || !ids.containsAll(before)) { // one of them has ended
            done = mostDone == 0 ? List.of() : ended.last(mostDone);
        }
        before = ids;
        return new Found(open, opened.size() - ids.size(), done);
    }

    /** The request of this id, open or ended. */
    public Optional<RequestStatus> one(String id) throws IOException, InterruptedException {
        List<RequestStatus> open = open(List.of(id), Wip.read(etcd, tree, id));
        if (!open.isEmpty()) {
            return Optional.of(open.get(0));
        }
        Optional<RequestStatus> done = ended.done(id);
        return done.isPresent() ? done : ended.cancelled(id);
    }

    private List<RequestStatus> open(List<String> ids, Map<String, List<Wip>> wips)
            throws IOException, InterruptedException {
        Map<String, Snapshot> values = new HashMap<>();
        List<Request> requests = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += PER_CALL) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + PER_CALL));
            Snapshot now = etcd.read(some.stream().map(id -> Range.folder(tree.request(id).folder())).toList());
            for (String id : some) {
                var keys = now.below(tree.request(id).folder());
                if (!keys.isEmpty()) {
                    values.put(id, Snapshot.of(now.revision(), List.copyOf(keys.values())));
                    requests.add(Request.of(tree, id, values.get(id)));
                }
            }
        }
        used.judge(etcd, tree, 0, requests);
        lately = lately();
        work = new HashMap<>();
        sums.keySet().retainAll(requests.stream().filter(Request::begun).map(this::run).toList());
        List<RequestStatus> all = new ArrayList<>();
        for (Request request : requests) {
            all.add(assess(request, values.get(request.id()), wips.getOrDefault(request.id(), List.of())));
        }
        return all;
    }

    private RequestStatus assess(Request request, Snapshot values, List<Wip> wips)
            throws IOException, InterruptedException {
        if (!request.begun()) {
            return Assessment.of(tree, request, values, List.of(), new DoneSum(), List.of());
        }
        int jobs = request.terms().jobs();
        List<Wip> ofRun = wips.stream().filter(wip -> request.run().uuid().equals(wip.run()) && wip.job() < jobs)
                .toList();
        BitSet maybe = new BitSet();
        maybe.set(0, request.run().next());
        ofRun.forEach(wip -> maybe.clear(wip.job()));
        DoneSum sum = sums.computeIfAbsent(run(request), run -> new DoneSum());
        sum.read(etcd, tree, request.id(), maybe);
        List<Wip> open = ofRun.stream().filter(wip -> !sum.has(wip.job())).toList();
        work.put(request.id(), new RequestJobs(jobs, !request.terms().listed(), open, sum.jobs()));
        return Assessment.of(tree, request, values, open, sum, lately.getOrDefault(request.id(), List.of()));
    }

    /** The jobs of the open requests that have begun, as last read, by the ids of the requests. */
    public Map<String, RequestJobs> work() {
        return work;
    }

    /** What the pods report, by the request on which they work. */
    private Map<String, List<Lately>> lately() throws IOException, InterruptedException {
        Map<String, List<Lately>> all = new HashMap<>();
        Scan.read(etcd, List.of(new Scan(Range.folder(tree.lately()), key -> {
            try {
                Lately pod = Json.read(key.value(), Lately.class);
                all.computeIfAbsent(pod.request(), id -> new ArrayList<>()).add(pod);
            } catch (IllegalArgumentException e) {
                return; // of a later version, or a user wrote it
            }
        })));
        return all;
    }

    private String run(Request request) {
        return request.id() + " " + request.run().uuid();
    }
}
