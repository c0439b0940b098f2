package filehash.init.command.survey;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Gather;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Failures;
import filehash.init.tree.JobKeys;
import filehash.init.tree.JobProgress;
import filehash.init.tree.Tree;
import filehash.program.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job that is claimed and not done. Immutable.
 *
 * @param attempt the number of the attempt at it
 * @param host the pod that works on it; null if none does
 * @param last the last name that is stored; empty before the first
 * @param progress null before the first
 * @param failures the attempts that stored nothing since the last that did
 * @param parked whether it waits for a person
 */
public record Wip(int job, String run, long attempt, String host, String last, JobProgress progress, Failures failures,
        boolean parked) {
    private static final int PER_CALL = Etcd.MOST_RANGES / 2;

    /**
     * All of a request, or of all requests, by their ids. The ranges of a plan, which may be megabytes and never
     * change, stand behind the jobs, and are not read.
     */
    static Map<String, List<Wip>> read(Etcd etcd, Tree tree, String id) throws IOException, InterruptedException {
        Map<String, List<Wip>> all = new HashMap<>();
        List<String> ids = id == null ? ids(etcd, tree) : List.of(id);
        for (int from = 0; from < ids.size(); from += PER_CALL) {
            List<Gather> gathers = new ArrayList<>();
            List<Scan> scans = new ArrayList<>();
            for (String request : ids.subList(from, Math.min(ids.size(), from + PER_CALL))) {
                String folder = tree.wips(request);
                Gather jobs = new Gather(key -> Tree.below(folder, key.name()).map(Tree.Below::name).orElse(null),
                        (job, keys) -> all.computeIfAbsent(request, name -> new ArrayList<>()).add(of(Tree.job(job),
                                new JobKeys(folder + job + "/"), Snapshot.of(0, keys))));
                gathers.add(jobs);
                scans.add(new Scan(tree.jobs(request), jobs));
            }
            Scan.read(etcd, scans);
            gathers.forEach(Gather::end);
        }
        return all;
    }

    private static List<String> ids(Etcd etcd, Tree tree) throws IOException, InterruptedException {
        Set<String> ids = new LinkedHashSet<>();
        Scan.read(etcd, List.of(new Scan(Range.names(tree.wips()),
                key -> Tree.below(tree.wips(), key.name()).ifPresent(request -> ids.add(request.name())))));
        return List.copyOf(ids);
    }

    private static Wip of(int job, JobKeys keys, Snapshot now) {
        String last = now.value(keys.lastFilename());
        boolean parked = now.has(keys.error());
        return new Wip(job, now.value(keys.run()), attempt(now.value(keys.attempt())),
                now.lease(keys.host()) == 0 ? null : now.value(keys.host()),
                last == null ? "" : last, progress(now.value(keys.progress())),
                Failures.read(now.value(parked ? keys.error() : keys.failures())), parked);
    }

    /** 0 if a user wrote it. */
    private static long attempt(String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    static JobProgress progress(String json) {
        try {
            return json == null ? null : Json.read(json, JobProgress.class);
        } catch (IllegalArgumentException e) {
            return null; // a user wrote it; the pod's next progress replaces it
        }
    }

    public boolean hosted() {
        return host != null && !parked;
    }

    public boolean failing() {
        return !parked && !failures.equals(Failures.NONE);
    }

    public RequestStatus.Stuck stuck() {
        return new RequestStatus.Stuck(job, failures.gaveUp() + failures.lost(), failures.reason());
    }
}
