package filehash.hash;

import filehash.hash.job.Batch;
import filehash.hash.job.ObjectOutcome;
import filehash.pod.Entry;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import filehash.pod.Segments;
import filehash.program.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Hashes entries on all cores, ahead of the rows, and returns their outcomes in the order of names. While a large file
 * is hashed, so are the files behind it. The downside is that their outcomes wait for the large one. Owned by one
 * thread; large files are hashed by a pool of threads.
 */
final class Lookahead implements AutoCloseable {
    /** How long a batch waits, for its first outcome and in all. */
    private static final long BATCH_WAIT = Duration.ofMillis(20).toNanos();
    /** How long it waits for each further one: small files share a batch, and do not wait there for a large one. */
    private static final long NEXT_OUTCOME_WAIT = Duration.ofMillis(1).toNanos();
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Digester digester;
    private final ExecutorService threads;
    private final Streams streams;
    private final Deque<Future<ObjectOutcome>> ahead = new ArrayDeque<>();
    /** Serves one small entry after the other, because to make digests takes as long as to digest 2 KiB. */
    private final Digests small;
    private String begun;

    /** @param after the last name that is stored */
    Lookahead(Segments segments, Digester digester, String after) {
        this.digester = digester;
        this.small = digester.start();
        this.begun = after;
        this.threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Threads.named("hash-"));
        this.streams = new Streams(segments, digester, threads);
    }

    /**
     * Starts to hash the segments that have come, and the new ones of these entries, which are in order and without a
     * gap. Small entries are hashed by the caller, because a hand-over to another thread and back takes longer.
     */
    void begin(List<Entry> entries) throws GiveUp, IOException {
        streams.look();
        for (Entry entry : entries) {
            if (Names.ORDER.compare(entry.name(), begun) > 0) {
                Future<ObjectOutcome> outcome = begun(entry);
                if (outcome == null) {
                    break;
                }
                ahead.add(outcome);
                begun = entry.name();
                streams.forgetDiscarded(begun);
            }
        }
        if (ahead.isEmpty()) {
            streams.requireAll();
        }
    }

    boolean isIdle() {
        return ahead.isEmpty();
    }

    /** How many large objects are under way. */
    int streams() {
        return streams.size();
    }

    /** The nanoseconds since a segment of a large object was last digested. */
    long idleNanos() {
        return streams.idleNanos();
    }

    /** Whether digests are under way. */
    boolean isBusy() {
        return ahead.stream().anyMatch(outcome -> !outcome.isDone());
    }

    /** Returns the outcomes up to the first one that is not ready within {@link #BATCH_WAIT}; perhaps none. */
    Batch finished() throws IOException, InterruptedException {
        List<ObjectOutcome> outcomes = new ArrayList<>();
        long end = System.nanoTime() + BATCH_WAIT;
        while (!ahead.isEmpty()) {
            try {
                long left = end - System.nanoTime();
                long wait = outcomes.isEmpty() ? left : Math.min(left, NEXT_OUTCOME_WAIT);
                outcomes.add(ahead.peek().get(wait, TimeUnit.NANOSECONDS));
                ahead.remove();
            } catch (TimeoutException e) { // a large file: the outcomes before it are stored now
                break;
            } catch (ExecutionException e) {
                throw cause(e);
            }
        }
        return new Batch(outcomes);
    }

    /** Returns once no thread reads in files/. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it ends the caller's next wait
        }
    }

    private Future<ObjectOutcome> begun(Entry entry) throws IOException {
        try {
            if (entry.streamed()) {
                return streams.outcome(entry);
            }
            return digester.isSmall(entry) ? CompletableFuture.completedFuture(digester.outcome(entry, small))
                    : threads.submit(() -> digester.outcome(entry, digester.start()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static IOException cause(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException broken) {
            throw broken;
        }
        return unreadable(e.getCause());
    }

    private static IOException unreadable(Throwable e) {
        return new IOException("cannot read an entry of files/: " + e, e);
    }
}
