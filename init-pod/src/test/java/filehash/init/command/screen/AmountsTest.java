package filehash.init.command.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "9949, 9.9 kB", "9950, 10 kB", "999499, 999 kB",
            "999500, 1.0 MB", "4100000000000, 4.1 TB", "9e18, 9.0 EB"})
    void bytes_haveTheUnitThatFits(double bytes, String text) {
        assertEquals(text, Amounts.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 s", "99, 99 s", "100, 2 min", "5969, 99 min", "5970, 1 h 40 min", "172799, 2 d 0 h",
            "180000, 2 d 2 h"})
    void time_hasTwoUnitsAtMost(long seconds, String text) {
        assertEquals(text, Amounts.time(seconds));
    }

    @Test
    void share_is100OnlyWhenAllIsDone() {
        assertEquals("~99 %", Amounts.share(0.9999, true));
        assertEquals("100 %", Amounts.share(1, false));
    }

    @Test
    void counts_haveTheRightNumber() {
        assertEquals("1 pod", Amounts.count(1, "pod"));
        assertEquals("1,000 pods", Amounts.count(1000, "pod"));
        assertEquals("9.5/s", Amounts.rate(9.5));
        assertEquals("21,340/s", Amounts.rate(21_340));
    }
}
