package filehash.hash;

import filehash.hash.job.Batch;
import filehash.hash.job.Outcome;
import filehash.pod.Entry;
import filehash.pod.Names;
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
 * Hashes entries on all cores, ahead of what is stored, and hands their outcomes on in the order of names: what comes
 * behind a large file is hashed while that is. One thread's; large files are hashed by threads of its own.
 */
final class Lookahead implements AutoCloseable {
    /** So long a batch waits for its first outcome and for all of them. */
    private static final long LONGEST = Duration.ofMillis(20).toNanos();
    /** And for each further one: small files come in one batch, but their places do not wait for a large file. */
    private static final long NEXT = Duration.ofMillis(1).toNanos();
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Digester digester;
    private final ExecutorService threads;
    private final Deque<Future<Outcome>> ahead = new ArrayDeque<>();
    private String begun;

    /** @param after the last name that needs no hashing any more */
    Lookahead(Digester digester, String after) {
        this.digester = digester;
        this.begun = after;
        this.threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Threads.named("hash-"));
    }

    /**
     * Takes up what is new of these entries, which come in order and without a gap. Small ones are hashed at once: to
     * hand them to a thread and back would take longer.
     */
    void begin(List<Entry> entries) throws IOException {
        for (Entry entry : entries) {
            if (Names.ORDER.compare(entry.name(), begun) > 0) {
                ahead.add(begun(entry));
                begun = entry.name();
            }
        }
    }

    boolean isIdle() {
        return ahead.isEmpty();
    }

    /** What is hashed, up to the first that is not: after a short wait, and perhaps nothing. */
    Batch finished() throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        long end = System.nanoTime() + LONGEST;
        while (!ahead.isEmpty()) {
            try {
                long left = end - System.nanoTime();
                outcomes.add(ahead.peek().get(outcomes.isEmpty() ? left : Math.min(left, NEXT), TimeUnit.NANOSECONDS));
                ahead.remove();
            } catch (TimeoutException e) { // a large one: the others don't wait for it
                break;
            } catch (ExecutionException e) {
                throw cause(e);
            }
        }
        return new Batch(outcomes);
    }

    /** Returns when nobody reads in files/ any more. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller's next wait ends with it
        }
    }

    private Future<Outcome> begun(Entry entry) throws IOException {
        try {
            return digester.isSmall(entry) ? CompletableFuture.completedFuture(digester.outcome(entry))
                    : threads.submit(() -> digester.outcome(entry));
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
        return new IOException("cannot read what lies in files/: " + e, e);
    }
}
