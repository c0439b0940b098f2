package filehash.init;

import filehash.pod.Backoff;
import filehash.pod.Stop;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Hears from etcd what others do, and rings the bell where it may mean work: a user's puts below /req and /conf, and
 * deletions below /wip. What the program itself writes wakes nobody, so that idle pods are no herd; it is told apart
 * by what else the same revision holds. A watch that ends (a compaction, an etcd that lost data) is opened again, and
 * one that begins rings too: whatever came before it is found by a look. Owned by the main thread; etcd's threads call
 * the listeners.
 */
final class Watches {
    private static final Duration REOPEN = Duration.ofSeconds(1);
    /** Where it may not be opened, for one. */
    private static final Duration SLOWEST = Duration.ofSeconds(30);
    /** jetcd opens a watch that broke off again each half second. */
    private static final Duration DEAF = Duration.ofSeconds(5);
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

    /** What one revision put and deleted below a folder, by the last parts of the keys: after request and job. */
    private record News(long revision, Map<String, String> put, Set<String> deleted) {
    }

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
        boolean over = ended.get() || ears.stream().anyMatch(Ear::isDeaf);
        if (moved || over && System.nanoTime() - openAt >= 0) {
            watchers.forEach(Watch.Watcher::close);
            watchers.clear();
            if (ears.stream().allMatch(ear -> ear.created)) {
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
        }
    }

    /** etcd was restored: it has not come to the revisions yet from which they would go on. */
    void reopen() {
        ended.set(true);
    }

    private void open(String key, boolean deletionsOnly, Consumer<News> listener) {
        WatchOption.Builder option = WatchOption.builder().withCreateNotify(true).withNoPut(deletionsOnly)
                .withRequireLeader(true);
        if (key.endsWith("/")) {
            option.withRange(Etcd.bytes(Tree.end(key)));
        }
        Ear ear = new Ear(listener, ended);
        ears.add(ear);
        watchers.add(etcd.watch(key, option.build(), ear));
    }

    /** A claim puts run/next, the end of a job puts left or deletes all; anything else is a user's hand. */
    private void requestsChanged(News news) {
        boolean claimed = news.put.containsKey("next");
        if (!claimed && Tree.ASKED.stream().anyMatch(news.put::containsKey)) {
            bell.release();
        }
        if (!claimed && !news.put.keySet().equals(Set.of("error"))) {
            outstanding.changed(news.revision);
        }
    }

    /** The end of a job deletes host and attempt; a host that is lost or given back goes alone, or a user deletes. */
    private void wipsDeleted(News news) {
        boolean unparked = news.deleted.contains("error");
        if (unparked) {
            outstanding.changed(news.revision);
        }
        if (unparked || news.deleted.contains("host") != news.deleted.contains("attempt")) {
            bell.release();
        }
    }

    private void countTold(News news) {
        outstanding.told(news.revision);
        if (drains && "0".equals(news.put.get("outstanding"))) {
            bell.release();
        }
    }

    /** Gathers events by revision. */
    private final class Ear implements Watch.Listener {
        private final Consumer<News> listener;
        private final AtomicBoolean end;
        private volatile boolean created;
        private volatile long deafSince = System.nanoTime();

        Ear(Consumer<News> listener, AtomicBoolean end) {
            this.listener = listener;
            this.end = end;
        }

        @Override
        public void onNext(WatchResponse answer) {
            if (answer.isCreatedNotify()) {
                created = true;
                deafSince = 0;
                bell.release();
            }
            Map<Long, News> revisions = new TreeMap<>();
            for (WatchEvent event : answer.getEvents()) {
                News news = revisions.computeIfAbsent(event.getKeyValue().getModRevision(),
                        revision -> new News(revision, new HashMap<>(), new HashSet<>()));
                String key = event.getKeyValue().getKey().toString(StandardCharsets.UTF_8);
                String last = key.substring(key.lastIndexOf('/') + 1);
                if (event.getEventType() == WatchEvent.EventType.DELETE) {
                    news.deleted.add(last);
                } else {
                    news.put.put(last, event.getKeyValue().getValue().toString(StandardCharsets.UTF_8));
                }
            }
            revisions.values().forEach(listener);
        }

        @Override
        public void onError(Throwable error) {
            // jetcd opens it again, or ends it, or etcd refused it, which jetcd reports only here
            deafSince = System.nanoTime();
        }

        /** It ought to have been opened by now. */
        private boolean isDeaf() {
            long since = deafSince;
            return since != 0 && System.nanoTime() - since >= DEAF.toNanos();
        }

        @Override
        public void onCompleted() {
            end.set(true);
        }
    }
}
