package filehash.init.command.survey;

import filehash.job.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What a watching status has seen in the last minute, which gives the rate. Owned by one thread. */
public final class Samples {
    private static final Duration KEPT = Duration.ofSeconds(60);
    /** Pods publish their progress every 4 s. */
    private static final Duration LEAST = Duration.ofSeconds(12);
    /** What is seen may be as old as that pause, and the one between two looks. */
    private static final Duration OLDEST = Duration.ofSeconds(6);

    private final LongSupplier nanoTime;
    private final Map<String, Deque<Sample>> samples = new HashMap<>();

    private record Sample(long at, Tally tally, Instant updated) {
    }

    public Samples(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Adds what was just seen; the rate is that of the last minute where it was watched long enough. */
    public List<RequestStatus> add(List<RequestStatus> seen) {
        samples.keySet().retainAll(seen.stream().map(RequestStatus::id).collect(Collectors.toSet()));
        return seen.stream().map(this::add).toList();
    }

    private RequestStatus add(RequestStatus request) {
        if (request.state() != RequestStatus.State.RUNNING) {
            samples.remove(request.id());
            return request;
        }
        long now = nanoTime.getAsLong();
        Deque<Sample> before = samples.computeIfAbsent(request.id(), id -> new ArrayDeque<>());
        if (!before.isEmpty() && before.getLast().tally.objects() > request.tally().objects()) {
            before.clear(); // another run of the same id
        }
        Sample last = new Sample(now, request.tally(), request.updated());
        before.add(last);
        while (now - before.getFirst().at > kept(request).toNanos()) {
            before.removeFirst();
        }
        Sample first = before.getFirst();
        return now - first.at < LEAST.toNanos() ? request : request.with(Pace.of(request,
                request.tally().objects() - first.tally.objects(), request.tally().bytes() - first.tally.bytes(),
                time(first, last)));
    }

    /** By the clock of the pods, because what they publish is some seconds old; by ours if they publish nothing new. */
    private static Duration time(Sample first, Sample last) {
        Duration watched = Duration.ofNanos(last.at - first.at);
        if (first.updated == null || last.updated == null) {
            return watched;
        }
        Duration worked = Duration.between(first.updated, last.updated);
        return worked.minus(watched).abs().compareTo(OLDEST) <= 0 ? worked : watched;
    }

    /** Pods that were just started are slow, so of a young request only the second half counts. */
    private static Duration kept(RequestStatus request) {
        if (request.started() == null || request.updated() == null) {
            return KEPT;
        }
        Duration half = Duration.between(request.started(), request.updated()).dividedBy(2);
        return half.compareTo(LEAST) < 0 ? LEAST : half.compareTo(KEPT) < 0 ? half : KEPT;
    }
}
