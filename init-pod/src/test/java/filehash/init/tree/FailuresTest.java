package filehash.init.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.program.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void tooMany_areSoManyGivenUpOrThreeTimesAsManyLost() {
        assertFalse(new Failures(4, 14, "").tooMany(5));
        assertTrue(new Failures(5, 0, "").tooMany(5));
        assertTrue(new Failures(0, 15, "").tooMany(5));
    }

    @Test
    void reason_ofTheLastThatHadOneIsKept() {
        assertEquals(new Failures(1, 1, "no bucket"), Failures.NONE.andGaveUp("no bucket").andLost());
        assertEquals(new Failures(0, 1, "its pod was lost"), Failures.NONE.andLost());
        assertEquals(new Failures(1, 0, "no bucket"), new Failures(1, 0, "").because("no bucket"));
    }

    @Test
    void read_ofWhatIsNoSuchTextBeginsAnew() {
        assertEquals(Failures.NONE, Failures.read(null));
        assertEquals(Failures.NONE, Failures.read("a user's hand"));
        assertEquals(new Failures(2, 3, "why"), Failures.read("{\"gaveUp\":2,\"lost\":3,\"reason\":\"why\"}"));
    }

    /** Five pods try within a second or two. */
    @ParameterizedTest
    @CsvSource({"5, 0, false", "5, 2, false", "100, 119, false", "2, 120, true"})
    void refusals_lastByTheirTimeAndNotByTheirNumber(int number, long seconds, boolean lasts) {
        Failures failures = Failures.NONE;
        for (int i = 0; i < number; i++) {
            failures = failures.andRefused("403", NOON.plusSeconds(seconds * i / (number - 1)), i == 0);
        }
        assertEquals(lasts, failures.refused().lasts());
        assertEquals(failures, Failures.read(Json.write(failures)));
        assertFalse(failures.tooMany(1));
    }

    @Test
    void refusals_beginAnewAfterAnotherFailureAndAfterAnotherRequest() {
        Failures refused = Failures.NONE.andRefused("403", NOON, false);
        assertNull(refused.andGaveUp("no answer").refused());
        assertNull(refused.andLost().refused());
        Instant later = NOON.plusSeconds(300);
        assertEquals(NOON, refused.andRefused("404", later, false).refused().since());
        assertEquals(later, refused.andRefused("404", later, true).refused().since());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"since\":null,\"last\":null}", "{\"since\":\"noon\",\"last\":\"noon\"}"})
    void refusals_thatAUserWroteBeginAnew(String refused) {
        assertEquals(Failures.NONE,
                Failures.read("{\"gaveUp\":2,\"lost\":3,\"reason\":\"why\",\"refused\":" + refused + "}"));
    }

    @Test
    void failures_ofJobsSayNothingOfRefusals() {
        assertEquals("{\"gaveUp\":1,\"lost\":0,\"reason\":\"why\"}", Json.write(Failures.NONE.andGaveUp("why")));
    }
}
