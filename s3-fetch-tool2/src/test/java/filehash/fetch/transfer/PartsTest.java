package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Part;
import org.junit.jupiter.api.Test;

/** An object of nine parts, the last of one byte. */
class PartsTest {
    private static final long MIB = 1 << 20;
    private static final Item ITEM = Item.listed("a", 8 * 8 * MIB + 1, "\"1\"");

    private final Parts parts = new Parts(ITEM);

    @Test
    void first_asksForAllAndStaysAloneWithItWhileNobodyIsIdle() {
        Parts.Stretch all = parts.take();
        assertEquals(new Part(ITEM, 0, ITEM.size()), parts.rest(all));
        for (int i = 0; i < 8; i++) {
            assertEquals(new Part(ITEM, i * 8 * MIB, 8 * MIB), parts.part(all));
            assertTrue(parts.came(all, 0));
            assertFalse(parts.complete());
        }
        assertEquals(new Part(ITEM, 8 * 8 * MIB, 1), parts.part(all));
        assertFalse(parts.came(all, 0));
        assertTrue(parts.complete());
    }

    @Test
    void idleOne_takesHalfOfTheLongestRest() {
        Parts.Stretch first = parts.take();
        Parts.Stretch second = parts.take();
        assertEquals(from(0, 5), parts.rest(first));
        assertEquals(from(5, 9), parts.rest(second));
        assertEquals(from(3, 5), parts.rest(parts.take()));
        assertEquals(from(7, 9), parts.rest(parts.take()));
        assertEquals(from(0, 3), parts.rest(first));
        assertEquals(from(5, 7), parts.rest(second));
    }

    @Test
    void taken_untilEachHasNothingButThePartThatIsComing() {
        Parts.Stretch first = parts.take();
        for (int i = 1; i < parts.count(); i++) {
            Part taken = parts.rest(parts.take());
            assertTrue(taken.from() > 0, taken.toString());
        }
        assertNull(parts.take());
        assertFalse(parts.came(first, 0));
        assertNull(parts.take());
    }

    @Test
    void completion_isSaidOnce() {
        Parts.Stretch first = parts.take();
        Parts.Stretch second = parts.take();
        while (parts.came(second, 0)) {
            assertFalse(parts.complete());
        }
        while (parts.came(first, 0)) {
            assertFalse(parts.complete());
        }
        assertTrue(parts.complete());
        assertFalse(parts.complete());
        assertNull(parts.take());
    }

    private static Part from(int first, int end) {
        long from = first * 8 * MIB;
        return new Part(ITEM, from, Math.min(end * 8 * MIB, ITEM.size()) - from);
    }
}
