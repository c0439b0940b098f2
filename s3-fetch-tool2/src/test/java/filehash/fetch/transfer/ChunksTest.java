package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.Item;
import org.junit.jupiter.api.Test;

/** An object of nine chunks, the last of one byte. */
class ChunksTest {
    private static final long MIB = 1 << 20;
    private static final Item ITEM = Item.listed("a", 8 * 8 * MIB + 1, "\"1\"");

    private final Chunks chunks = new Chunks(ITEM);

    @Test
    void first_requestsAllAndStaysAloneWhileNoConnectionIsIdle() {
        Chunks.Run all = chunks.take();
        assertEquals(new ByteRange(ITEM, 0, ITEM.size()), chunks.rest(all));
        for (int i = 0; i < 8; i++) {
            assertEquals(new ByteRange(ITEM, i * 8 * MIB, 8 * MIB), chunks.chunk(all));
            assertTrue(chunks.came(all, 0));
            assertFalse(chunks.complete());
        }
        assertEquals(new ByteRange(ITEM, 8 * 8 * MIB, 1), chunks.chunk(all));
        assertFalse(chunks.came(all, 0));
        assertTrue(chunks.complete());
    }

    @Test
    void idleOne_takesHalfOfTheLongestRest() {
        Chunks.Run first = chunks.take();
        Chunks.Run second = chunks.take();
        assertEquals(from(0, 5), chunks.rest(first));
        assertEquals(from(5, 9), chunks.rest(second));
        assertEquals(from(3, 5), chunks.rest(chunks.take()));
        assertEquals(from(7, 9), chunks.rest(chunks.take()));
        assertEquals(from(0, 3), chunks.rest(first));
        assertEquals(from(5, 7), chunks.rest(second));
    }

    @Test
    void runs_areStolenDownToTheChunkThatIsArriving() {
        Chunks.Run first = chunks.take();
        for (int i = 1; i < chunks.count(); i++) {
            ByteRange taken = chunks.rest(chunks.take());
            assertTrue(taken.from() > 0, taken.toString());
        }
        assertNull(chunks.take());
        assertFalse(chunks.came(first, 0));
        assertNull(chunks.take());
    }

    @Test
    void completion_isReportedOnce() {
        Chunks.Run first = chunks.take();
        Chunks.Run second = chunks.take();
        while (chunks.came(second, 0)) {
            assertFalse(chunks.complete());
        }
        while (chunks.came(first, 0)) {
            assertFalse(chunks.complete());
        }
        assertTrue(chunks.complete());
        assertFalse(chunks.complete());
        assertNull(chunks.take());
    }

    private static ByteRange from(int first, int end) {
        long from = first * 8 * MIB;
        return new ByteRange(ITEM, from, Math.min(end * 8 * MIB, ITEM.size()) - from);
    }
}
