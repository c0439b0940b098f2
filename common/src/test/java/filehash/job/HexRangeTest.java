package filehash.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HexRangeTest {
    @Test
    void of_cutsThePrefixesEvenly() {
        assertEquals(new HexRange("00", "ff", null), HexRange.of(0, 1));
        assertEquals(List.of(new HexRange("00", "54", "55"), new HexRange("55", "a9", "aa"), new HexRange("aa", "ff",
                null)),
                IntStream.range(0, 3).mapToObj(job -> HexRange.of(job, 3)).toList());
        assertEquals(new HexRange("ff", "ff", null), HexRange.of(255, 256));
        assertEquals(new HexRange("000", "00e", "00f"), HexRange.of(0, 257));
        assertEquals(new HexRange("fff", "fff", null), HexRange.of(4095, 4096));
        assertEquals(new HexRange("0000", "000e", "000f"), HexRange.of(0, 4097));
        assertEquals(new HexRange("ffff", "ffff", null), HexRange.of(65_535, 65_536));
    }

    @Test
    void of_leavesNoGapAndNoOverlapForAnyNumberOfJobs() {
        for (int jobs : List.of(1, 2, 3, 5, 7, 16, 100, 255, 256, 257, 1000, 4096, 4097, 65_535, 65_536)) {
            for (int job = 0; job + 1 < jobs; job++) {
                HexRange range = HexRange.of(job, jobs);
                HexRange next = HexRange.of(job + 1, jobs);
                assertEquals(range.before(), next.start());
                assertEquals(Integer.parseInt(range.end(), 16) + 1, Integer.parseInt(next.start(), 16));
            }
            assertNull(HexRange.of(jobs - 1, jobs).before());
        }
    }

    @Test
    void of_refusesWhatIsNoJob() {
        for (int[] wrong : new int[][] {{0, 0}, {-1, 1}, {1, 1}, {0, 65_537}}) {
            assertThrows(IllegalArgumentException.class, () -> HexRange.of(wrong[0], wrong[1]));
        }
    }
}
