package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final long LARGEST = 50L << 40;

    @Test
    void segments_areLargerForAnObjectThatWouldHaveTooMany() {
        Capacity capacity = new Capacity(10, 1 << 20, 500, 64);
        assertEquals(500, capacity.segmentSize(1 << 30));
        long size = capacity.segmentSize(LARGEST);
        assertTrue((LARGEST + size - 1) / size <= Integer.MAX_VALUE, "of " + size + " bytes");
        assertTrue(size < 50_000, "of " + size + " bytes");
    }

    @Test
    void reserve_isNeverAboveFilesBytes() {
        for (long bytes : new long[] {1, 3, 1000, 60_000, 1 << 20, 512 << 20}) {
            Capacity capacity = new Capacity(10, bytes, 500, 64);
            for (long size : new long[] {1, 499, 501, 1 << 30, LARGEST}) {
                assertTrue(capacity.reserve(size) <= capacity.bytes(), size + " bytes in " + bytes);
            }
        }
    }
}
