package filehash.init.search;

import filehash.init.claim.Outstanding;
import filehash.init.etcd.Change;
import filehash.init.etcd.Watches;
import filehash.init.tree.JobKeys;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Tree;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides what of the changes in etcd may mean work, and wakes the pod up for it: a user's puts below /req and /conf,
 * and deletions below /wip and of /done/&lt;id&gt;/run. That one key stands for its folder, because the deletion of a
 * large folder arrives as one message with more bytes than a pod has memory, and is watched only where a request waits
 * for it. The program's own writes wake no pod, or all idle ones would stampede; they are recognised by the other keys
 * that the same revision holds. etcd's threads call it.
 */
public final class News {
    /** What a user deletes so that a request goes on. */
    private static final Set<Set<String>> FREE = Set.of(Set.of(RequestKeys.ERROR), Set.of(RequestKeys.PAUSED));

    private final Tree tree;
    private final Watches watches;
    private final Outstanding outstanding;
    private final boolean drains;
    private final Set<String> used = new HashSet<>();

    /** @param drains whether it is news that nothing is left */
    public News(Tree tree, Watches watches, Outstanding outstanding, boolean drains) {
        this.tree = tree;
        this.watches = watches;
        this.outstanding = outstanding;
        this.drains = drains;
        watches.watch(tree.requests(), this::requestsChanged);
        watches.watch(tree.outstanding(), this::countWritten);
        watches.watchDeletions(tree.wips(), this::wipsDeleted);
    }

    /** Watches /conf too, which not every user of etcd may read. */
    News withConf() {
        watches.watch(tree.conf(), change -> watches.wakeUp());
        return this;
    }

    /** @param ids of requests that wait until what stands below /done of that name is deleted */
    public void watchDone(Set<String> ids) {
        used.stream().filter(id -> !ids.contains(id)).forEach(id -> watches.unwatch(run(id)));
        used.clear();
        used.addAll(ids);
        used.forEach(id -> watches.watchDeletions(run(id), this::doneDeleted));
    }

    private String run(String id) {
        return tree.done(id).run();
    }

    /**
     * A claim puts run/next, the end of a job puts left or deletes all, a planner puts keys of plan/; anything else is
     * written by a user. A run that begins with a plan puts plan too: idle pods wait for its jobs. The totals that are
     * counted beside the work put plan alone: they change no job. A planner that gave the
     * request back, or was lost, leaves it to others. A run with an error, or one that is paused, goes on once that key
     * is deleted. The program itself deletes only the error of a corrected request.
     */
    void requestsChanged(Change change) {
        boolean claimed = change.put().containsKey(RequestKeys.NEXT);
        boolean planned = claimed && change.put().containsKey(RequestKeys.PLAN);
        boolean counted = change.deleted().isEmpty() && change.put().keySet().equals(Set.of(RequestKeys.PLAN));
        boolean freed = change.put().isEmpty() && FREE.contains(change.deleted())
                || change.deleted().contains(RequestKeys.HOST) && !claimed;
        boolean cancelled = change.put().containsKey(RequestKeys.CANCEL);
        if (cancelled) { // by a look, which is not dropped when another pod writes the count
            outstanding.lookAgain(Duration.ofMillis(ThreadLocalRandom.current().nextInt(900, 1700)));
        }
        if (freed || cancelled || planned
                || !claimed && RequestKeys.ASKED.stream().anyMatch(change.put()::containsKey)) {
            watches.wakeUp();
        }
        boolean judged = change.put().keySet().equals(Set.of(RequestKeys.ERROR)); // and counted, by the same pod
        if (planned || !claimed && !judged && !counted) {
            outstanding.changed(change.revision());
        }
    }

    /** The end of a job deletes host and attempt; a host that is lost or given back goes alone, or a user deletes. */
    private void wipsDeleted(Change change) {
        boolean unparked = change.deleted().contains(JobKeys.ERROR);
        if (unparked) {
            outstanding.changed(change.revision());
        }
        if (unparked || change.deleted().contains(JobKeys.HOST) != change.deleted().contains(JobKeys.ATTEMPT)) {
            watches.wakeUp();
        }
    }

    private void doneDeleted(Change change) {
        outstanding.changed(change.revision());
        watches.wakeUp();
    }

    private void countWritten(Change change) {
        outstanding.written(change.revision());
        if (drains && "0".equals(change.put().get("outstanding"))) {
            watches.wakeUp();
        }
    }
}
