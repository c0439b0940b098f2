package filehash.init.page;

import filehash.init.command.survey.RequestStatus;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The throughput of each request in the last hour, as this process has seen it: etcd keeps no history. Of each half
 * minute it keeps the last counts. The downside is that a page that was just started knows nothing. Safe for use by
 * several threads.
 */
final class ThroughputHistory {
    private static final int EVERY_SECONDS = 30;
    private static final int SLOTS = 120;
    private static final double NANOS = 1e9;
    /** Of some 5 kB each. */
    private static final int MOST_REQUESTS = 500;

    private final LongSupplier nanoTime;
    private final Map<String, Deque<Count>> counts = new LinkedHashMap<>();

    private record Count(long at, long objects, long bytes) {
        long slot() {
            return TimeUnit.NANOSECONDS.toSeconds(at) / EVERY_SECONDS;
        }
    }

    /**
     * Rates per second of the last hour, oldest first. What is not known is null.
     *
     * @param every the seconds between two of them
     */
    record Series(int every, List<Double> objects, List<Double> bytes) {
    }

    ThroughputHistory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add(List<RequestStatus> open) {
        long now = nanoTime.getAsLong();
        for (RequestStatus request : open) {
            if (request.started() != null) {
                add(counts.computeIfAbsent(request.id(), id -> new ArrayDeque<>()),
                        new Count(now, request.tally().objects(), request.tally().bytes()));
            }
        }
        counts.values().removeIf(seen -> now - seen.getLast().at > TimeUnit.SECONDS.toNanos(EVERY_SECONDS * SLOTS));
        Iterator<String> oldest = counts.keySet().iterator();
        while (counts.size() > MOST_REQUESTS) {
            oldest.next();
            oldest.remove();
        }
    }

    private static void add(Deque<Count> seen, Count now) {
        if (!seen.isEmpty() && seen.getLast().objects > now.objects) {
            seen.clear(); // another run of the same id
        }
        if (seen.size() > 1 && seen.getLast().slot() == now.slot()) {
            seen.removeLast(); // but not the first of all, from which the first rate is counted
        }
        seen.addLast(now);
        while (now.slot() - seen.getFirst().slot() > SLOTS) {
            seen.removeFirst();
        }
    }

    synchronized Series of(String id) {
        List<Count> seen = List.copyOf(counts.getOrDefault(id, new ArrayDeque<>()));
        return new Series(EVERY_SECONDS, rates(seen, Count::objects), rates(seen, Count::bytes));
    }

    private List<Double> rates(List<Count> seen, ToLongFunction<Count> what) {
        Double[] rates = new Double[SLOTS];
        long first = new Count(nanoTime.getAsLong(), 0, 0).slot() - SLOTS + 1;
        for (int i = 1; i < seen.size(); i++) {
            Count before = seen.get(i - 1);
            Count now = seen.get(i);
            double rate = (what.applyAsLong(now) - what.applyAsLong(before)) * NANOS / Math.max(1, now.at - before.at);
            for (long slot = Math.max(first, Math.min(before.slot() + 1, now.slot())); slot <= now.slot(); slot++) {
                rates[(int) (slot - first)] = rate; // where etcd did not answer for a while, of several
            }
        }
        return Collections.unmodifiableList(Arrays.asList(rates));
    }
}
