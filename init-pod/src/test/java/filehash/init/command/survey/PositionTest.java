package filehash.init.command.survey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.job.HexRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    @ParameterizedTest
    @CsvSource({"00, 0, 1, 0", "80, 0, 1, 0.5", "8, 0, 1, 0.5", "c0.jpg, 0, 1, 0.75", "ffffffffffff, 0, 1, 1",
            "80/photo, 2, 4, 0", "a0, 2, 4, 0.5", "bfffffff, 2, 4, 1", "7f, 2, 4, 0", "c0, 2, 4, 1",
            "8000, 2048, 4096, 0", "8008, 2048, 4096, 0.5"})
    void share_isThePlaceBetweenStartAndNextStart(String last, int job, int jobs, double share) {
        assertEquals(share, Position.of(last, HexRange.of(job, jobs)).getAsDouble(), 0.0001);
    }

    @ParameterizedTest
    @ValueSource(strings = {"IMG_000001.jpg", "", "A0", "/", "0x", "é0", "０a"})
    void names_thatAreNotHexadecimalHaveNoPlace(String last) {
        assertTrue(Position.of(last, HexRange.of(0, 1)).isEmpty());
    }
}
