package filehash.hash;

import filehash.pod.Entry;
import filehash.pod.Names;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hashes entries on all cores, ahead of what is stored, and hands their outcomes on in the order of names: what comes
 * behind a large file is hashed while that is. One thread's; the hashing itself is done by its own threads.
 */
final class Digests implements AutoCloseable {
    /** So long a batch waits for more: small files come in one batch, and large ones don't wait for each other. */
    private static final Duration WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Digester digester;
    private final ExecutorService threads;
    private final Deque<Future<Outcome>> ahead = new ArrayDeque<>();
    private String begun;

    /** @param after the last name that needs no hashing any more */
    Digests(Digester digester, String after) {
        this.digester = digester;
        this.begun = after;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
            Thread thread = new Thread(task, "hash-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes up what is new of these entries, which come in order and without a gap. */
    void begin(List<Entry> entries) {
        for (Entry entry : entries) {
            if (Names.ORDER.compare(entry.name(), begun) > 0) {
                ahead.add(threads.submit(() -> digester.outcome(entry)));
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
        long end = System.nanoTime() + WAIT.toNanos();
        while (!ahead.isEmpty()) {
            try {
                outcomes.add(ahead.peek().get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
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

    private static IOException cause(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException broken) {
            throw broken;
        }
        return new IOException("cannot read what lies in files/: " + e.getCause(), e.getCause());
    }
}
