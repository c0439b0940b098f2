package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatheringTest {
    private static final long NOW = 5;
    private static final long COMMIT = Duration.ofHours(1).toNanos();

    private final Gathering gathering = new Gathering(10);

    @BeforeEach
    void storeABatch() {
        gathering.stored(COMMIT);
    }

    @Test
    void batch_waitsWhileItGrows() {
        assertTrue(gathering.waitsForMore(1, NOW));
        assertTrue(gathering.waitsForMore(3, NOW));
        assertFalse(gathering.waitsForMore(3, NOW));
        gathering.stored(COMMIT);
        assertTrue(gathering.waitsForMore(3, NOW));
    }

    @Test
    void batch_waitsNoLongerThanAQuarterOfACommit() {
        gathering.stored(400);
        assertTrue(gathering.waitsForMore(1, NOW));
        assertTrue(gathering.waitsForMore(2, NOW + 99));
        assertFalse(gathering.waitsForMore(3, NOW + 100));
    }

    @Test
    void batch_thatHoldsAllThatThereCanBeDoesNotWait() {
        assertTrue(gathering.waitsForMore(9, NOW));
        assertFalse(gathering.waitsForMore(10, NOW));
    }

    @Test
    void batch_thatIsEmptyDoesNotWait() {
        assertFalse(gathering.waitsForMore(0, NOW));
    }

    @ParameterizedTest
    @CsvSource({"0, 200000", "1600000, 200000", "8000000, 1000000", "40000000, 5000000", "80000000, 10000000",
            "3600000000000, 10000000"})
    void wait_isAnEighthOfTheTimeSinceTheLastRemoval(long stillNanos, long waitNanos) {
        assertEquals(Duration.ofNanos(waitNanos), Gathering.untilTheNextLook(Duration.ofNanos(stillNanos)));
    }

    @Test
    void batch_doesNotWaitWhereACommitTakesNoTime() {
        gathering.stored(0);
        assertFalse(gathering.waitsForMore(1, NOW));
        assertFalse(new Gathering(10).waitsForMore(1, NOW));
    }
}
