package filehash.init;

import filehash.program.Backoff;
import filehash.program.Stop;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Hears from etcd what others do, and rings the bell where it may mean work: a user's puts below /req and /conf, and
 * deletions below /wip and of /done/&lt;id&gt;/run. That one key stands for the folder, because to delete a large one
 * is one message of more bytes than a pod has memory, and is watched only where a request waits for it. What the
 * program itself writes wakes nobody, so that idle pods are no herd; it is told apart by what else the same revision
 * holds. A watch that ends (a compaction, an etcd that lost data) is opened again, and one that begins rings too:
 * whatever came before it is found by a look. Owned by the main thread; etcd's threads call the listeners.
 */
final class Watches {
    private static final Duration REOPEN = Duration.ofSeconds(1);
    /** Where it may not be opened, for one. */
    private static final Duration SLOWEST = Duration.ofSeconds(30);
    /** How soon a signal to end is seen. */
    private static final long PEEK_MILLIS = 50;

    private final Etcd etcd;
    private final Tree tree;
    private final Outstanding outstanding;
    private final boolean drains;
    private final Semaphore bell = new Semaphore(0);
    private final List<Ear> ears = new ArrayList<>();
    private final List<Watch.Watcher> watchers = new ArrayList<>();
    private AtomicBoolean ended = new AtomicBoolean(true);
    private final Backoff reopen = new Backoff(REOPEN, SLOWEST);
    private long openAt = System.nanoTime();
    private int connection;
    private Set<String> used = Set.of();
    private Set<String> usedAtOpening = Set.of();

    /** @param drains whether it is news that nothing is left */
    Watches(Etcd etcd, Tree tree, Outstanding outstanding, boolean drains) {
        this.etcd = etcd;
        this.tree = tree;
        this.outstanding = outstanding;
        this.drains = drains;
    }

    /** Waits for the bell, the signal to end, or until the time is over: whether it was rung, before the wait too. */
    boolean await(Duration time, Stop signal) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        boolean rung = false;
        while (!rung && !signal.requested() && System.nanoTime() - end < 0) {
            rung = bell.tryAcquire(PEEK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return bell.drainPermits() > 0 || rung;
    }

    /** Opens them, and again where one has ended, or on another connection; called at each step of the loop. */
    void keepOpen() {
        boolean moved = connection != etcd.connection();
        boolean over = ended.get() || ears.stream().anyMatch(Ear::isDeaf) || !used.equals(usedAtOpening);
        if (moved || over && System.nanoTime() - openAt >= 0) {
            if (!watchers.isEmpty()) {
                bell.release(); // a look shows whether this member answers at all; if not, it goes to another
            }
            watchers.forEach(Watch.Watcher::close);
            watchers.clear();
            if (ears.stream().allMatch(Ear::isCreated)) {
                reopen.reset();
            }
            ears.clear();
            openAt = System.nanoTime() + reopen.next().toNanos();
            connection = etcd.connection();
            ended = new AtomicBoolean();
            open(tree.requests(), false, this::requestsChanged);
            open(tree.wips(), true, this::wipsDeleted);
            open(tree.conf(), false, news -> bell.release());
            open(tree.outstanding(), false, this::countTold);
            used.forEach(id -> open(tree.done(id) + "run", true, this::doneDeleted));
            usedAtOpening = used;
        }
    }

    /** @param ids of requests that wait until what stands below /done of that name is deleted */
    void watchDone(Set<String> ids) {
        used = ids;
    }

    /** etcd was restored: it has not come to the revisions yet from which they would go on. */
    void reopen() {
        ended.set(true);
    }

    private void open(String key, boolean deletionsOnly, Consumer<Ear.News> listener) {
        WatchOption.Builder option = WatchOption.builder().withCreateNotify(true).withNoPut(deletionsOnly)
                .withRequireLeader(true);
        if (key.endsWith("/")) {
            option.withRange(Etcd.bytes(Tree.end(key)));
        }
        Ear ear = new Ear(listener, ended, bell::release);
        ears.add(ear);
        watchers.add(etcd.watch(key, option.build(), ear));
    }

    /**
     * A claim puts run/next, the end of a job puts left or deletes all; anything else is a user's hand. A run with an
     * error goes on once that is deleted. The program itself deletes only the error of a request that is mended.
     */
    void requestsChanged(Ear.News news) {
        boolean claimed = news.put().containsKey("next");
        boolean freed = news.put().isEmpty() && news.deleted().equals(Set.of("error"));
        if (freed || !claimed && Tree.ASKED.stream().anyMatch(news.put()::containsKey)) {
            bell.release();
        }
        if (!claimed && !news.put().keySet().equals(Set.of("error"))) { // the pod that puts an error counts it
            outstanding.changed(news.revision());
        }
    }

    /** The end of a job deletes host and attempt; a host that is lost or given back goes alone, or a user deletes. */
    private void wipsDeleted(Ear.News news) {
        boolean unparked = news.deleted().contains("error");
        if (unparked) {
            outstanding.changed(news.revision());
        }
        if (unparked || news.deleted().contains("host") != news.deleted().contains("attempt")) {
            bell.release();
        }
    }

    private void doneDeleted(Ear.News news) {
        outstanding.changed(news.revision());
        bell.release();
    }

    private void countTold(Ear.News news) {
        outstanding.told(news.revision());
        if (drains && "0".equals(news.put().get("outstanding"))) {
            bell.release();
        }
    }
}
