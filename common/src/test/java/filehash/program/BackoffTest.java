package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class BackoffTest {
    /** Each wait is shortened at random by up to a half, so the time waited is less than the sum of the waits. */
    @RepeatedTest(20)
    void polling_comesLateByAQuarterOfTheWaitAndByNoMoreThanItsLongest() {
        assertPaces(Backoff.polling(), Duration.ofMillis(100));
        assertPaces(Backoff.idling(), Duration.ofMillis(20));
    }

    private static void assertPaces(Backoff pace, Duration longest) {
        Duration waited = Duration.ZERO;
        for (int i = 0; i < 1000; i++) {
            Duration next = pace.next();
            assertTrue(next.compareTo(waited.dividedBy(4).plusMillis(1)) <= 0, next + " after " + waited);
            assertTrue(next.compareTo(longest) <= 0, next + " after " + waited);
            waited = waited.plus(next);
        }
        assertTrue(waited.compareTo(longest.multipliedBy(400)) > 0, "it looks too often");
    }

    @Test
    void reset_beginsWithTheFirstWait() {
        Backoff pace = new Backoff(Duration.ofNanos(1), Duration.ofHours(1));
        for (int i = 0; i < 30; i++) {
            pace.next();
        }
        pace.reset();
        assertEquals(Duration.ofNanos(1), pace.next());
    }
}
