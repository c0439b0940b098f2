package filehash.init;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What any pod does that looks, between jobs or at work: writes what is wrong with a bad request to its error key and
 * to the log, once, and takes that back when it is mended; clears away the jobs of runs that are no more. Each
 * transaction compares what the look was judged by, so of all pods that see the same, one does it. Where one fails, a
 * later look tries again: no request keeps a pod from the others. Owned by the main thread.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    /** So many calls take a moment even where etcd is far: this is done between the steps of a job too. */
    private static final int MOST_CALLS = 50;
    /** How many errors one call writes: with ids of 1,024 bytes, half a megabyte. */
    private static final int PAGE = 50;
    private static final int LONGEST_ID = 1024;

    private final Etcd etcd;
    private final Tree tree;
    private final Map<String, String> faulty = new HashMap<>();

    /** @param bad the request whose problem it writes, or null */
    private record Task(Txn txn, Request bad) {
    }

    Upkeep(Etcd etcd, Tree tree) {
        this.etcd = etcd;
        this.tree = tree;
    }

    /** @return whether there is more to do than what is done at one look */
    boolean of(Look look) throws InterruptedException {
        List<Task> all = new ArrayList<>();
        Map<String, Long> gone = new HashMap<>();
        look.ids().forEach(id -> gone.put(id, 0L));
        for (Request request : look.requests()) {
            if (request.revisions().run() > 0) {
                gone.remove(request.id()); // a run that is bad may be mended, and its jobs go on
            }
            if (request.begun()) {
                look.dead(request).forEach(dead -> all.add(new Task(etcd.txn("clear " + dead.folder())
                        .ifModified(tree.run(request.id()), request.revisions().run())
                        .ifCreated(dead.folder() + "run", dead.since()).deleteFolder(dead.folder()), null)));
            } else if (!faulty.containsKey(request.id())) {
                judge(request).ifPresent(all::add);
            }
        }
        gone.forEach((id, run) -> all.add(new Task(etcd.txn("clear " + tree.wip(id)).ifModified(tree.run(id), run)
                .deleteFolder(tree.wip(id)), null)));
        List<List<Task>> calls = calls(all);
        Collections.shuffle(calls, ThreadLocalRandom.current()); // other pods see the same
        return !written(calls.subList(0, Math.min(calls.size(), MOST_CALLS))) || calls.size() > MOST_CALLS;
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

    private boolean written(List<List<Task>> calls) throws InterruptedException {
        try {
            for (List<Task> call : calls) {
                List<Boolean> written = Txn.commitEach(call.stream().map(Task::txn).toList());
                for (int i = 0; i < call.size(); i++) {
                    Request bad = call.get(i).bad;
                    if (bad != null && written.get(i)) {
                        LOG.warn("request {} is bad: {}", Text.shown(bad.id()), bad.problem());
                    }
                }
            }
            return true;
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
            return false;
        }
    }

    private Optional<Task> judge(Request request) {
        boolean mended = request.terms() != null && request.error() != null;
        boolean bad = request.problem() != null && !request.problem().equals(request.error());
        if (!mended && !bad) {
            return Optional.empty();
        }
        String error = tree.error(request.id());
        Txn txn = request.unchanged(etcd.txn("judge request " + request.id()), tree)
                .ifModified(error, request.revisions().error());
        return Optional.of(bad ? new Task(txn.put(error, request.problem()), request)
                : new Task(txn.delete(error), null));
    }

    /** Whether a job of it may be tried: what threw here before is not, until its user has deleted the error. */
    boolean sound(Request request) {
        return request.error() == null || !faulty.containsKey(request.id());
    }

    /** A try at this request threw what nobody has thought of, by what stands in its keys: it waits for its user. */
    void threw(String request, RuntimeException e) throws InterruptedException {
        String error = Text.error("cannot be worked on: " + e + ": put it right, and then delete this key");
        if (!error.equals(faulty.put(request, error))) {
            LOG.warn("request {}: {}", Text.shown(request), error);
            LOG.debug("request {}", Text.shown(request), e);
        }
        String job = tree.request(request) + "job";
        try {
            Snapshot now = etcd.read(Range.key(tree.run(request)), Range.key(job), Range.key(tree.error(request)));
            if (!now.has(tree.error(request)) && (now.has(job) || now.has(tree.run(request)))) {
                etcd.txn("judge request " + request).ifUnchanged(tree.run(request), now).ifUnchanged(job, now)
                        .ifAbsent(tree.error(request)).put(tree.error(request), error).commit();
            }
        } catch (IOException lost) {
            etcd.trouble().failed(lost.getMessage());
        }
    }
}
