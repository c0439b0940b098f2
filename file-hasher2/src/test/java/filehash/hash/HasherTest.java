package filehash.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HasherTest {
    @ParameterizedTest
    @CsvSource({"0, 500000", "4000000, 500000", "8000000, 1000000", "40000000, 5000000", "80000000, 10000000",
            "3600000000000, 10000000"})
    void wait_isAnEighthOfTheTimeSinceTheLastRemoval(long stillNanos, long waitNanos) {
        assertEquals(Duration.ofNanos(waitNanos), Hasher.untilTheNextLook(Duration.ofNanos(stillNanos)));
    }
}
