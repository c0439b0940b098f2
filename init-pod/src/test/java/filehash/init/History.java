package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Everything that was ever written to a test's tree, by revision: what must hold at each of them, and not only at the
 * end, is checked here.
 */
final class History {
    private static final int LARGEST_ANSWER = 64 << 20;

    private final NavigableMap<Long, List<WatchEvent>> revisions;
    private final String prefix;
    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, Long> attempts = new HashMap<>();

    private History(String prefix, NavigableMap<Long, List<WatchEvent>> revisions) {
        this.prefix = prefix;
        this.revisions = revisions;
    }

    static void check(Store store) throws Exception {
        new History(store.prefix(), read(store)).check();
    }

    private static NavigableMap<Long, List<WatchEvent>> read(Store store) throws Exception {
        store.put("/end", "of history");
        long end = store.all().keys().get("/end").modified();
        NavigableMap<Long, List<WatchEvent>> revisions = new TreeMap<>();
        CompletableFuture<Void> complete = new CompletableFuture<>();
        WatchOption option = WatchOption.builder().withRevision(store.begun()) // earlier ones may be compacted
                .withRange(Bytes.end(store.prefix() + "/")).build();
        try (Client client = Client.builder().endpoints(store.environment("history").get("ETCD_ENDPOINTS"))
                .maxInboundMessageSize(LARGEST_ANSWER).build();
                Watch.Watcher watcher = client.getWatchClient().watch(Bytes.of(store.prefix() + "/"), option,
                        answer -> {
                            for (WatchEvent event : answer.getEvents()) {
                                long revision = event.getKeyValue().getModRevision();
                                revisions.computeIfAbsent(revision, key -> new ArrayList<>()).add(event);
                                if (revision == end) {
                                    complete.complete(null);
                                }
                            }
                        })) {
            complete.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            assertTrue(!watcher.isClosed());
            return revisions;
        }
    }

    private void check() {
        for (Map.Entry<Long, List<WatchEvent>> revision : revisions.entrySet()) {
            Map<String, String> before = new HashMap<>(keys);
            for (WatchEvent event : revision.getValue()) {
                String key = event.getKeyValue().getKey().toString(StandardCharsets.UTF_8).substring(prefix.length());
                if (event.getEventType() == WatchEvent.EventType.DELETE) {
                    keys.remove(key);
                } else {
                    keys.put(key, event.getKeyValue().getValue().toString(StandardCharsets.UTF_8));
                }
            }
            check(before, "at revision " + revision.getKey());
        }
    }

    private void check(Map<String, String> before, String when) {
        for (String key : keys.keySet()) {
            if (key.endsWith("/run/next")) {
                counts(key.substring(0, key.length() - "run/next".length()), before, when + " " + key);
            }
            if (key.startsWith("/wip/") && key.endsWith("/attempt")) {
                attempt(key.substring(0, key.length() - "attempt".length()), before, when + " " + key);
            }
            if (key.startsWith("/done/") && key.endsWith("/host") && !before.containsKey(key)) {
                done(key, before, when + " " + key);
            }
        }
    }

    /** next and left move by one at a time, and job is the number of jobs that next has not reached. */
    private void counts(String request, Map<String, String> before, String when) {
        int next = number(keys, request + "run/next");
        int jobs = number(keys, request + "run/jobs");
        int left = number(keys, request + "left");
        int nextBefore = before.containsKey(request + "run/next") ? number(before, request + "run/next") : 0;
        int leftBefore = before.containsKey(request + "left") ? number(before, request + "left") : jobs;
        assertTrue(next == nextBefore || next == nextBefore + 1, when);
        assertTrue(left == leftBefore || left == leftBefore - 1, when);
        if (next != nextBefore) {
            assertEquals(jobs - next, number(keys, request + "job"), when);
        }
        long ended = keys.keySet().stream().filter(key -> key.startsWith("/done/" + request.substring("/req/".length()))
                && key.endsWith("/host")).count();
        assertEquals(jobs - left, ended, when);
    }

    /** Each claim has a higher attempt than all before. A host appears only with a claim, or while the claim stands. */
    private void attempt(String job, Map<String, String> before, String when) {
        long attempt = Long.parseLong(keys.get(job + "attempt"));
        String name = job + keys.get(job + "run");
        boolean written = !keys.get(job + "attempt").equals(before.get(job + "attempt"));
        boolean claimed = keys.containsKey(job + "host") && !before.containsKey(job + "host");
        if (written) {
            assertTrue(attempt > attempts.getOrDefault(name, 0L), when);
            attempts.put(name, attempt);
            assertTrue(!before.containsKey(job + "host") || !keys.containsKey(job + "host"), when);
        }
        assertTrue(!claimed || !keys.containsKey(job + "released"), when);
    }

    /** A job is done once, in the revision that ends its claim. */
    private void done(String key, Map<String, String> before, String when) {
        String job = "/wip/" + key.substring("/done/".length(), key.length() - "host".length());
        assertTrue(before.containsKey(job + "attempt"), when);
        assertTrue(keys.keySet().stream().noneMatch(left -> left.startsWith(job)), when);
    }

    private static int number(Map<String, String> keys, String key) {
        return Integer.parseInt(keys.get(key).strip());
    }
}
