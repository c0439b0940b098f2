package filehash.init;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.program.Backoff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What any pod does that looks, between jobs or at work: writes what is wrong with a bad request to its error key and
 * to the log, once, and takes that back when it is mended; clears away the jobs of runs that are no more. Each
 * transaction compares what the look was judged by, so of all pods that see the same, one does it. A call that fails is
 * tried again by a later look, after a pause of its own that grows: no request keeps a pod from the others. The main
 * thread's.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    /** So many calls take a moment even where etcd is far: this is done between the steps of a job too. */
    private static final int MOST_CALLS = 50;
    /** How many errors one call writes: with ids of 1,024 bytes, half a megabyte. */
    private static final int PAGE = 50;
    private static final int LONGEST_ID = 1024;
    /** Where etcd does not answer, each takes its time. */
    private static final int MOST_FAILURES = 3;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    /** How the error of a try that threw begins, by which all pods know it. */
    private static final String THREW = "cannot be worked on: ";

    private final Etcd etcd;
    private final Tree tree;
    /** What was logged of tries that threw, by request. */
    private final Map<String, String> faulty = new HashMap<>();
    private final Map<String, Failed> failed = new HashMap<>();

    /** One transaction on a folder; bad is the request whose problem it writes, or null. */
    private record Task(String folder, Txn txn, Request bad) {
    }

    /** A task that has failed, and perhaps was written all the same. */
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

    Upkeep(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** @return after which pause there is more to do than what is done at one look */
    Optional<Duration> of(Look look) throws InterruptedException {
        List<Task> all = tasks(look);
        failed.keySet().retainAll(all.stream().map(Task::folder).collect(Collectors.toSet()));
        all.removeIf(task -> failed.containsKey(task.folder) && failed.get(task.folder).rests());
        List<List<Task>> calls = calls(all);
        Collections.shuffle(calls, ThreadLocalRandom.current()); // other pods see the same
        boolean finished = written(calls.subList(0, Math.min(calls.size(), MOST_CALLS))) && calls.size() <= MOST_CALLS;
        return finished ? failed.values().stream().map(task -> task.tryAgainAt - System.nanoTime())
                .min(Comparator.naturalOrder()).map(Duration::ofNanos) : Optional.of(new Backoff(SOON, SOON).next());
    }

    private List<Task> tasks(Look look) {
        List<Task> all = new ArrayList<>();
        faulty.keySet().retainAll(look.requests().stream().map(Request::id).collect(Collectors.toSet()));
        Map<String, Long> gone = new HashMap<>();
        look.ids().forEach(id -> gone.put(id, 0L));
        for (Request request : look.requests()) {
            if (request.revisions().run() > 0) {
                gone.remove(request.id()); // a run that is bad may be mended, and its jobs go on
            }
            if (request.begun()) {
                look.dead(request).forEach(dead -> all.add(clear(request, dead)));
            } else {
                judge(request).ifPresent(all::add);
            }
        }
        gone.forEach((id, run) -> all.add(new Task(tree.wips(id), etcd.txn("clear " + Text.shown(tree.wips(id)))
                .ifModified(tree.request(id).run(), run).deleteFolder(tree.wips(id)), null)));
        return all;
    }

    private Task clear(Request request, Look.Wip dead) {
        String folder = dead.keys().folder();
        return new Task(folder, etcd.txn("clear " + folder)
                .ifModified(tree.request(request.id()).run(), request.revisions().run())
                .ifCreated(dead.keys().run(), dead.since()).deleteFolder(folder), null);
    }

    /** Errors are written by pages, for a user may put thousands of bad requests at once. */
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
            boolean told = failed.remove(call.get(i).folder) != null;
            if (bad != null && written.get(i) && !told) {
                LOG.warn("request {} is bad: {}", Text.shown(bad.id()), bad.problem());
            }
        }
    }

    /** Where only the answer is lost, no pod sees that it has something to write: so it is logged now. */
    private void failed(Task task) {
        if (task.bad != null && !failed.containsKey(task.folder)) {
            LOG.warn("request {} is bad: {} (its error key is perhaps not written yet)", Text.shown(task.bad.id()),
                    task.bad.problem());
        }
        failed.computeIfAbsent(task.folder, folder -> new Failed()).again();
    }

    private Optional<Task> judge(Request request) {
        boolean mended = request.terms() != null && request.error() != null && sound(request);
        boolean bad = request.problem() != null && !request.problem().equals(request.error());
        if (!mended && !bad) {
            return Optional.empty();
        }
        RequestKeys keys = tree.request(request.id());
        Txn txn = request.unchanged(etcd.txn("judge request " + Text.shown(request.id())), tree)
                .ifModified(keys.error(), request.revisions().error());
        return Optional.of(bad ? new Task(keys.folder(), txn.put(keys.error(), request.problem()), request)
                : new Task(keys.folder(), txn.delete(keys.error()), null));
    }

    /**
     * Whether a job of it may be tried: what threw before, in any pod, is not, until its user has deleted the error. No
     * pod takes that one back, because its keys read well: only the try shows it.
     */
    boolean sound(Request request) {
        return request.error() == null || !request.error().startsWith(THREW);
    }

    /** A try at this request threw what nobody has thought of, by what stands in its keys: it waits for its user. */
    void threw(String request, RuntimeException e) throws InterruptedException {
        String error = Text.error(THREW + e + ": put it right, and then delete this key");
        if (!error.equals(faulty.put(request, error))) {
            LOG.warn("request {}: {}", Text.shown(request), error);
            LOG.debug("request {}", Text.shown(request), e);
        }
        RequestKeys keys = tree.request(request);
        try {
            Snapshot now = etcd.read(Range.key(keys.run()), Range.key(keys.job()), Range.key(keys.error()));
            if (!now.has(keys.error()) && (now.has(keys.job()) || now.has(keys.run()))) {
                etcd.txn("judge request " + request).ifUnchanged(keys.run(), now).ifUnchanged(keys.job(), now)
                        .ifAbsent(keys.error()).put(keys.error(), error).commit();
            }
        } catch (IOException lost) {
            etcd.trouble().failed(lost.getMessage());
        }
    }
}
