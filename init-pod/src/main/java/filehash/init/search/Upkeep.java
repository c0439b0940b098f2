package filehash.init.search;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Txn;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.program.Backoff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upkeep that each look calls for, between jobs and during them: writes what is wrong with a bad request to its
 * error key and, once, to the log, and deletes the error when the request is corrected; deletes the jobs of runs that
 * are gone. Each transaction compares the keys that it was derived from, so of all pods that see the same, one does it.
 * A call that fails is repeated by a later look, after a growing pause of its own, so that no request keeps a pod from
 * the others. Main thread only.
 */
public final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    /** Few enough to take a moment even if etcd is far away: a job waits meanwhile. */
    private static final int MOST_CALLS = 50;
    /** How many errors one call writes: half a megabyte with ids of 1,024 bytes. */
    private static final int PAGE = 50;
    private static final int LONGEST_ID = 1024;
    /** Each failed call may last until its timeout. */
    private static final int MOST_FAILURES = 3;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    private final Etcd etcd;
    private final Tree tree;
    private final boolean clears;
    private final Map<String, Failed> failed = new HashMap<>();

    /** One transaction on a folder; bad is the request whose problem it writes, or null. */
    private record Task(String folder, Txn txn, Request bad) {
    }

    /** A task that failed; it may have been written all the same. */
    private static final class Failed {
        private final Backoff pause = new Backoff(SOON, SELDOM);
        private long tryAgainAt;

        void again() {
            tryAgainAt = System.nanoTime() + pause.next().toNanos();
        }

        boolean rests() {
            return System.nanoTime() - tryAgainAt < 0;
        }
    }

    private Upkeep(Etcd etcd, Tree tree, boolean clears) {
        this.etcd = etcd;
        this.tree = tree;
        this.clears = clears;
    }

    public Upkeep(Etcd etcd, Tree tree) {
        this(etcd, tree, true);
    }

    /** Judges requests, and leaves /wip, which its user of etcd need not write, to pods. */
    public static Upkeep ofRequests(Etcd etcd, Tree tree) {
        return new Upkeep(etcd, tree, false);
    }

    /** @return the pause before the next look, if upkeep is left undone */
    public Optional<Duration> run(Look look) throws InterruptedException {
        List<Task> all = tasks(look);
        failed.keySet().retainAll(all.stream().map(Task::folder).collect(Collectors.toSet()));
        all.removeIf(task -> failed.containsKey(task.folder) && failed.get(task.folder).rests());
        List<List<Task>> calls = calls(all);
        Collections.shuffle(calls, ThreadLocalRandom.current()); // other pods see the same tasks
        boolean finished = written(calls.subList(0, Math.min(calls.size(), MOST_CALLS))) && calls.size() <= MOST_CALLS;
        return finished ? failed.values().stream().map(task -> task.tryAgainAt - System.nanoTime())
                .min(Comparator.naturalOrder()).map(Duration::ofNanos) : Optional.of(new Backoff(SOON, SOON).next());
    }

    private List<Task> tasks(Look look) {
        List<Task> all = new ArrayList<>();
        Set<String> gone = new HashSet<>(clears ? look.ids() : Set.of());
        for (Request request : look.requests()) {
            if (request.revisions().run() > 0 || request.revisions().planId() > 0) {
                gone.remove(request.id()); // a bad run may be corrected, and its jobs go on; a plan enters ranges
            }
            if (request.begun()) {
                (clears ? look.dead(request) : List.<Look.Wip>of()).forEach(dead -> all.add(clear(request, dead)));
            } else {
                judge(request).ifPresent(all::add);
            }
        }
        gone.forEach(id -> all.add(new Task(tree.wips(id), etcd.txn("clear " + Text.shown(tree.wips(id)))
                .ifAbsent(tree.request(id).run()).ifAbsent(tree.request(id).planId()).deleteFolder(tree.wips(id)),
                null)));
        return all;
    }

    private Task clear(Request request, Look.Wip dead) {
        String folder = dead.keys().folder();
        return new Task(folder, etcd.txn("clear " + folder)
                .ifModified(tree.request(request.id()).run(), request.revisions().run())
                .ifCreated(dead.keys().run(), dead.since()).deleteFolder(folder), null);
    }

    /** Errors are written by pages, since a user may put thousands of bad requests at once. */
    private static List<List<Task>> calls(List<Task> all) {
        List<List<Task>> calls = new ArrayList<>();
        List<Task> page = new ArrayList<>();
        for (Task task : all) {
            if (task.bad == null || task.bad.id().getBytes(StandardCharsets.UTF_8).length > LONGEST_ID) {
                calls.add(List.of(task));
                continue;
            }
            if (page.isEmpty() || page.size() == PAGE) {
                page = new ArrayList<>();
                calls.add(page);
            }
            page.add(task);
        }
        return calls;
    }

    /** @return whether all of them were tried */
    private boolean written(List<List<Task>> calls) throws InterruptedException {
        int failures = 0;
        for (int i = 0; i < calls.size() && failures < MOST_FAILURES; i++) {
            try {
                written(calls.get(i), Txn.commitEach(calls.get(i).stream().map(Task::txn).toList()));
            } catch (IOException e) {
                etcd.trouble().failed(e.getMessage());
                calls.get(i).forEach(this::failed);
                failures++;
            }
        }
        return failures < MOST_FAILURES;
    }

    private void written(List<Task> call, List<Boolean> written) {
        for (int i = 0; i < call.size(); i++) {
            Request bad = call.get(i).bad;
            boolean logged = failed.remove(call.get(i).folder) != null;
            if (bad != null && written.get(i) && !logged) {
                LOG.warn("{} is bad: {}", Text.named(bad.id()), bad.problem());
            }
        }
    }

    /** Logs the problem now: if only the answer was lost, no pod will find anything left to write. */
    private void failed(Task task) {
        if (task.bad != null && !failed.containsKey(task.folder)) {
            LOG.warn("{} is bad: {} (its error key is perhaps not written yet)", Text.named(task.bad.id()),
                    task.bad.problem());
        }
        failed.computeIfAbsent(task.folder, folder -> new Failed()).again();
    }

    private Optional<Task> judge(Request request) {
        boolean corrected = request.terms() != null && request.error() != null && !request.waits();
        boolean bad = request.problem() != null && !request.problem().equals(request.error());
        if (!corrected && !bad) {
            return Optional.empty();
        }
        RequestKeys keys = tree.request(request.id());
        Txn txn = request.unchanged(etcd.txn("judge request " + Text.shown(request.id())), tree)
                .ifModified(keys.error(), request.revisions().error());
        return Optional.of(bad ? new Task(keys.folder(), txn.put(keys.error(), request.problem()), request)
                : new Task(keys.folder(), txn.delete(keys.error()), null));
    }
}
