package filehash.init.etcd;

import filehash.program.Backoff;
import filehash.program.StopSignal;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The watches of a program, and the wake-up that their listeners may give it. A watch that ends (a compaction, an etcd
 * that lost data, another connection) is opened again, and a watch that begins wakes the program up too, since a read
 * must find what happened before. Owned by the main thread; etcd's threads call the listeners.
 */
public final class Watches {
    private static final Duration REOPEN = Duration.ofSeconds(1);
    /** The longest pause between attempts, for example where etcd refuses the watch. */
    private static final Duration SLOWEST = Duration.ofSeconds(30);
    /** How soon {@link #await} sees the stop signal. */
    private static final long PEEK_MILLIS = 50;

    private final Etcd etcd;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final Map<String, Opened> opened = new HashMap<>();
    private final Backoff reopen = new Backoff(REOPEN, SLOWEST);
    private boolean lost;
    private long openAt = System.nanoTime();
    private int connection;

    private record Wanted(boolean deletionsOnly, Consumer<Change> listener) {
    }

    private record Opened(Subscription subscription, Watch.Watcher watcher) {
    }

    public Watches(Etcd etcd) {
        this.etcd = etcd;
    }

    /** @param key a key, or a folder if it ends with a slash */
    public void watch(String key, Consumer<Change> listener) {
        wanted.putIfAbsent(key, new Wanted(false, listener));
    }

    public void watchDeletions(String key, Consumer<Change> listener) {
        wanted.putIfAbsent(key, new Wanted(true, listener));
    }

    public void unwatch(String key) {
        wanted.remove(key);
    }

    public void wakeUp() {
        wakeUps.release();
    }

    /** Waits for a wake-up, the stop signal, or the end of the time; returns whether there was a wake-up. */
    public boolean await(Duration time, StopSignal signal) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        boolean woken = false;
        while (!woken && !signal.requested() && System.nanoTime() - end < 0) {
            woken = wakeUps.tryAcquire(PEEK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return wakeUps.drainPermits() > 0 || woken;
    }

    /** Opens and closes what has changed, and opens all again after a loss; the loop calls it at each step. */
    public void keepOpen() {
        boolean moved = connection != etcd.connection();
        boolean over = lost || opened.values().stream().anyMatch(watch -> watch.subscription.isLost());
        if (moved || over && System.nanoTime() - openAt >= 0) {
            closeAll();
            openAt = System.nanoTime() + reopen.next().toNanos();
            connection = etcd.connection();
            lost = false;
        }
        opened.entrySet().removeIf(watch -> {
            boolean unwanted = !wanted.containsKey(watch.getKey());
            if (unwanted) {
                watch.getValue().watcher.close();
            }
            return unwanted;
        });
        wanted.forEach((key, how) -> opened.computeIfAbsent(key, absent -> open(key, how)));
    }

    /** Opens all again: a restored etcd has not yet reached the revisions from which the watches would go on. */
    public void reopen() {
        lost = true;
    }

    private void closeAll() {
        if (!opened.isEmpty()) {
            wakeUp(); // the read that follows shows whether this member answers; if not, the next call uses another one
        }
        if (opened.values().stream().allMatch(watch -> watch.subscription.isCreated())) {
            reopen.reset();
        }
        opened.values().forEach(watch -> watch.watcher.close());
        opened.clear();
    }

    private Opened open(String key, Wanted how) {
        WatchOption.Builder option = WatchOption.builder().withCreateNotify(true).withNoPut(how.deletionsOnly)
                .withRequireLeader(true);
        if (key.endsWith("/")) {
            option.withRange(Etcd.bytes(Range.end(key)));
        }
        Subscription subscription = new Subscription(how.listener, this::wakeUp);
        return new Opened(subscription, etcd.watch(key, option.build(), subscription));
    }
}
