package filehash.init.etcd;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One watch. Groups its events by revision. etcd's threads call it, the main thread reads its state. */
final class Subscription implements Watch.Listener {
    /** jetcd opens a watch again every half second after it broke off. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private final Consumer<Change> listener;
    private final Runnable wakeUp;
    private volatile boolean created;
    private volatile boolean ended;
    private volatile long silentSince = System.nanoTime();

    /** @param wakeUp called when the watch begins, because it does not report what happened before */
    Subscription(Consumer<Change> listener, Runnable wakeUp) {
        this.listener = listener;
        this.wakeUp = wakeUp;
    }

    @Override
    public void onNext(WatchResponse answer) {
        if (answer.isCreatedNotify()) {
            created = true;
            silentSince = 0;
            wakeUp.run();
        }
        Map<Long, Change> revisions = new TreeMap<>();
        for (WatchEvent event : answer.getEvents()) {
            Change change = revisions.computeIfAbsent(event.getKeyValue().getModRevision(), Change::new);
            String key = event.getKeyValue().getKey().toString(StandardCharsets.UTF_8);
            String last = key.substring(key.lastIndexOf('/') + 1);
            if (event.getEventType() == WatchEvent.EventType.DELETE) {
                change.deleted().add(last);
            } else {
                change.put().put(last, event.getKeyValue().getValue().toString(StandardCharsets.UTF_8));
            }
        }
        revisions.values().forEach(listener);
    }

    @Override
    public void onError(Throwable error) {
        // jetcd opens the watch again, or ends it, or etcd refused it, which jetcd reports only here
        silentSince = System.nanoTime();
    }

    @Override
    public void onCompleted() {
        ended = true;
    }

    boolean isCreated() {
        return created;
    }

    /** It ended, or jetcd did not manage to open it in time. */
    boolean isLost() {
        long since = silentSince;
        return ended || since != 0 && System.nanoTime() - since >= LONGEST_SILENCE.toNanos();
    }
}
