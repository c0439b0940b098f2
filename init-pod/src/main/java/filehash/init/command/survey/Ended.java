package filehash.init.command.survey;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import filehash.init.command.survey.RequestStatus.Jobs;
import filehash.init.command.survey.RequestStatus.Planned;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.DoneKeys;
import filehash.init.tree.Summary;
import filehash.init.tree.Tree;
import filehash.job.HashMethod;
import filehash.job.HexRange;
import filehash.job.Tally;
import filehash.program.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Reads requests that are done or cancelled, from /done. */
final class Ended {
    /** How many names a step reads; it then skips the other jobs of the last request among them. */
    private static final int STEP = 5000;
    private static final String EMPTY = "no object lies below this root: is the folder right?";

    private final Etcd etcd;
    private final Tree tree;

    /** What is shown of a summary; earlier versions have written neither planned nor cancelled. */
    private record Totals(String root, List<HashMethod> methods, int jobs, @JsonUnwrapped Tally tally, Instant started,
            Instant finished,
            @JacksonInject(value = "not planned", optional = OptBoolean.TRUE) Planned planned,
            @JacksonInject(value = "absent", optional = OptBoolean.TRUE) Summary.Cancelled cancelled) {
    }

    Ended(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** Those that were done last, oldest first. */
    List<RequestStatus> last(int most) throws IOException, InterruptedException {
        TreeMap<Long, String> newest = new TreeMap<>();
        List<String> ids = ids();
        for (int from = 0; from < ids.size(); from += Etcd.MOST_RANGES) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + Etcd.MOST_RANGES));
            Snapshot found = etcd.read(some.stream().map(id -> tree.done(id).summary())
                    .map(key -> new Range(key, null, false, 0, 0)).toList());
            some.stream().filter(id -> found.has(tree.done(id).summary()))
                    .forEach(id -> newest.put(found.modified(tree.done(id).summary()), id));
            while (newest.size() > most) {
                newest.pollFirstEntry();
            }
        }
        List<RequestStatus> all = new ArrayList<>();
        for (String id : newest.values()) {
            done(id).ifPresent(all::add);
        }
        return all;
    }

    /** All ids below /done. */
    private List<String> ids() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        String folder = tree.dones();
        String end = folder.replaceFirst("/$", "0");
        String from = folder;
        boolean more = true;
        while (more) {
            var names = etcd.read(new Range(from, end, false, STEP, 0)).keys();
            names.keySet().forEach(name -> Tree.below(folder, name).map(Tree.Below::name)
                    .filter(id -> ids.isEmpty() || !ids.get(ids.size() - 1).equals(id)).ifPresent(ids::add));
            more = names.size() == STEP;
            if (more) {
                String last = names.lastKey();
                from = Tree.below(folder, last).map(id -> folder + id.name() + "0").orElse(last + "\0");
            }
        }
        return ids;
    }

    /** The request that was done, or cancelled by its key, under this id. */
    Optional<RequestStatus> done(String id) throws IOException, InterruptedException {
        DoneKeys keys = tree.done(id);
        Snapshot now = etcd.read(Range.key(keys.summary()), Range.key(keys.bucket()), Range.key(keys.endpoint()));
        if (now.value(keys.summary()) == null) {
            return Optional.empty();
        }
        try {
            Totals all = Json.read(now.value(keys.summary()), Totals.class);
            if (all.methods() == null || all.jobs() < (all.cancelled() == null ? 1 : 0)
                    || all.jobs() > HexRange.MOST_JOBS) {
                return Optional.empty(); // a user wrote it
            }
            if (all.cancelled() != null) {
                return Optional.of(cancelled(id, now, all));
            }
            RequestStatus status = new RequestStatus(id, State.DONE, now.value(keys.bucket()),
                    now.value(keys.endpoint()), all.root(), all.methods(),
                    new Jobs(all.jobs(), all.jobs(), 0, 0, 0), 0, all.tally(), all.planned(), 1.0, false, all.started(),
                    all.finished(), null, all.tally().objects() == 0 ? EMPTY : null, List.of(), List.of());
            return Optional.of(all.started() == null || all.finished() == null ? status : status.with(Pace.of(status,
                    all.tally().objects(), all.tally().bytes(), Duration.between(all.started(), all.finished()))));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a user wrote it
        }
    }

    private RequestStatus cancelled(String id, Snapshot now, Totals all) throws IOException, InterruptedException {
        int running = running(Wip.read(etcd, tree, id).getOrDefault(id, List.of()));
        return new RequestStatus(id, State.CANCELLED, now.value(tree.done(id).bucket()),
                now.value(tree.done(id).endpoint()), all.root(), all.methods(),
                new Jobs(all.jobs(), all.cancelled().jobsDone(), running, 0, 0), running, all.tally(),
                all.planned(), null, false, all.started(), all.cancelled().at(), null, null, List.of(), List.of());
    }

    private static int running(List<Wip> wips) {
        return (int) wips.stream().filter(Wip::hosted).count();
    }

    /** The request whose folder a user deleted: it has begun, and has neither a request nor a summary. */
    Optional<RequestStatus> cancelled(String id) throws IOException, InterruptedException {
        DoneKeys keys = tree.done(id);
        Snapshot now = etcd.read(Range.key(keys.run()), Range.key(keys.root()), Range.key(keys.method()),
                Range.key(keys.jobs()), Range.key(keys.bucket()), Range.key(keys.endpoint()));
        List<Wip> wips = Wip.read(etcd, tree, id).getOrDefault(id, List.of());
        if (!now.has(keys.run()) && wips.isEmpty()) {
            return Optional.empty();
        }
        int jobs = Tree.job(String.valueOf(now.value(keys.jobs())));
        DoneSum sum = new DoneSum();
        BitSet all = new BitSet();
        all.set(0, jobs == Integer.MAX_VALUE ? 0 : jobs);
        sum.read(etcd, tree, id, all);
        int running = running(wips);
        return Optional.of(new RequestStatus(id, State.CANCELLED, now.value(keys.bucket()),
                now.value(keys.endpoint()), now.value(keys.root()), methods(now.value(keys.method())),
                new Jobs(all.cardinality(), sum.count(), running, 0, 0), running, sum.tally(), null, null, false,
                sum.started(), sum.updated(), null, null, List.of(), List.of()));
    }

    private static List<HashMethod> methods(String text) {
        try {
            return text == null ? List.of() : HashMethod.parse(text);
        } catch (IllegalArgumentException e) {
            return List.of(); // a user wrote it
        }
    }
}
