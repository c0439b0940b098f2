package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.backends.Await;
import filehash.program.StopSignal;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final StopSignal stop = new StopSignal();

    @Test
    void burst_halvesTheLimitOnceAndNeverBelowOne() throws Exception {
        Throttle throttle = new Throttle(10);
        for (int expected : new int[] {5, 2, 1, 1}) {
            long round = 0;
            int many = (int) throttle.limit();
            for (int i = 0; i < many; i++) {
                round = throttle.enter(stop);
            }
            for (int i = 0; i < many; i++) {
                throttle.leave(round, Throttle.Answer.SLOW_DOWN);
            }
            assertEquals(expected, throttle.limit());
        }
    }

    @Test
    void answers_raiseTheLimitByOneForEachRoundUpToTheMost() throws Exception {
        Throttle throttle = new Throttle(4);
        throttle.leave(throttle.enter(stop), Throttle.Answer.SLOW_DOWN);
        assertEquals(2, throttle.limit());
        for (int i = 0; i < 3; i++) {
            throttle.leave(throttle.enter(stop), Throttle.Answer.GIVEN);
        }
        assertEquals(3, throttle.limit());
        for (int i = 0; i < 100; i++) {
            throttle.leave(throttle.enter(stop), Throttle.Answer.GIVEN);
        }
        assertEquals(4, throttle.limit());
    }

    @Test
    void requests_thatFailWithoutAnAnswerDoNotRaiseTheLimit() throws Exception {
        Throttle throttle = new Throttle(4);
        throttle.leave(throttle.enter(stop), Throttle.Answer.SLOW_DOWN);
        for (int i = 0; i < 100; i++) {
            throttle.leave(throttle.enter(stop), Throttle.Answer.NONE);
        }
        assertEquals(2, throttle.limit());
    }

    @Test
    void enter_waitsForItsTurn() throws Exception {
        Throttle throttle = new Throttle(1);
        long round = throttle.enter(stop);
        CompletableFuture<Long> second = entering(throttle);
        assertThrows(TimeoutException.class, () -> second.get(300, TimeUnit.MILLISECONDS));
        throttle.leave(round, Throttle.Answer.GIVEN);
        assertEquals(round, second.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void enter_endsWithTheStop() throws Exception {
        Throttle throttle = new Throttle(1);
        throttle.enter(stop);
        CompletableFuture<Long> second = entering(throttle);
        stop.request();
        CompletableFuture<Long> ended = second.orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThrows(CancellationException.class, ended::join);
    }

    private CompletableFuture<Long> entering(Throttle throttle) {
        CompletableFuture<Long> entered = new CompletableFuture<>();
        new Thread(() -> {
            try {
                entered.complete(throttle.enter(stop));
            } catch (CancellationException | InterruptedException e) {
                entered.completeExceptionally(e);
            }
        }).start();
        return entered;
    }
}
