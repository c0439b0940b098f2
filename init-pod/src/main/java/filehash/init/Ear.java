package filehash.init;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Listens to one watch, and gathers its events by revision. Used by etcd's threads, and asked by the main thread. */
final class Ear implements Watch.Listener {
    /** jetcd opens a watch that broke off again each half second. */
    private static final Duration DEAF = Duration.ofSeconds(5);

    private final Consumer<News> listener;
    private final AtomicBoolean end;
    private final Runnable bell;
    private volatile boolean created;
    private volatile long deafSince = System.nanoTime();

    /** What one revision put and deleted below a folder, by the last parts of the keys: after request and job. */
    record News(long revision, Map<String, String> put, Set<String> deleted) {
    }

    /** @param bell rung when the watch begins: what came before is found by a look */
    Ear(Consumer<News> listener, AtomicBoolean end, Runnable bell) {
        this.listener = listener;
        this.end = end;
        this.bell = bell;
    }

    @Override
    public void onNext(WatchResponse answer) {
        if (answer.isCreatedNotify()) {
            created = true;
            deafSince = 0;
            bell.run();
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

    @Override
    public void onCompleted() {
        end.set(true);
    }

    boolean isCreated() {
        return created;
    }

    /** It ought to have been opened by now. */
    boolean isDeaf() {
        long since = deafSince;
        return since != 0 && System.nanoTime() - since >= DEAF.toNanos();
    }
}
