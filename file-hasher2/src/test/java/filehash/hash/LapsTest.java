package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.hash.HasherCounts.Wait;
import filehash.program.Metrics;
import org.junit.jupiter.api.Test;

class LapsTest {
    private final HasherCounts counts = new HasherCounts(new Metrics());

    /** A commit may wait for a server that is away for hours. */
    @Test
    void wait_thatIsLongCountsBeforeItIsOver() {
        Laps laps = new Laps(counts, Wait.COMMIT);
        Await.until("it counts", Await.BOUND, () -> {
            laps.with(step -> {}).accept("wait");
            return seconds("mysql") > 1;
        });
        double first = seconds("mysql");
        laps.with(step -> {}).accept("wait");
        assertTrue(seconds("mysql") > first);
        assertTrue(laps.begin(Wait.FILES) >= seconds("mysql") * 1e9 * 0.999);
    }

    @Test
    void wait_thatTurnsIntoAnotherCountsAsThat() {
        Laps laps = new Laps(counts, Wait.COMMIT);
        laps.with(step -> {}).accept("store");
        laps.bookOn(Wait.DIGEST);
        laps.begin(Wait.FILES);
        assertEquals(0, seconds("mysql"));
        assertTrue(seconds("cpu") > 0);
    }

    private double seconds(String cause) {
        return counts.waited().seconds().get(cause);
    }
}
