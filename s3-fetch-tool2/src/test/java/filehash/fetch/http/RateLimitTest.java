package filehash.fetch.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    /** Within a test nothing comes. */
    private static final double NEVER = 1e-6;

    private final RateLimit limit = new RateLimit();

    @Test
    void threads_goOnOnceTheLimitIsLifted() throws Exception {
        limit.set(NEVER);
        List<CompletableFuture<Void>> all = Stream.generate(this::taker).limit(3).toList();
        Await.until("they wait", Await.BOUND, limit::isExceeded);
        assertTrue(all.stream().noneMatch(CompletableFuture::isDone));
        limit.set(0);
        for (CompletableFuture<Void> one : all) {
            one.get(Await.BOUND.toMillis(), TimeUnit.MILLISECONDS);
        }
        assertFalse(limit.isSet());
        assertFalse(limit.isExceeded());
    }

    @Test
    void thread_thatIsInterruptedWaitsNoLongerAndTakesNothing() throws Exception {
        limit.set(NEVER);
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                limit.take(1);
                end.complete(null);
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        thread.start();
        Await.until("it waits", Await.BOUND, limit::isExceeded);
        thread.interrupt();
        assertTrue(assertThrows(ExecutionException.class, () -> end.get(Await.BOUND.toMillis(), TimeUnit.MILLISECONDS))
                .getCause() instanceof InterruptedIOException);
        assertFalse(limit.isExceeded());
    }

    @Test
    void limit_isNotExceededOnceAllThreadsAreInterrupted() throws Exception {
        limit.set(NEVER);
        List<Thread> threads = Stream.generate(() -> new Thread(() -> {
            try {
                limit.take(1);
            } catch (IOException e) {
                return; // interrupted
            }
        })).limit(20).toList();
        threads.forEach(Thread::start);
        Await.until("they wait", Await.BOUND, limit::isExceeded);
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
        assertFalse(limit.isExceeded());
    }

    private CompletableFuture<Void> taker() {
        return CompletableFuture.runAsync(() -> {
            try {
                limit.take(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, task -> new Thread(task, "taker").start());
    }
}
