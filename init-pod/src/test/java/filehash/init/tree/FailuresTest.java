package filehash.init.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FailuresTest {
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
}
