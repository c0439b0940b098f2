package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
    private static final long LARGE = 64L << 20;

    private long clock = TimeUnit.HOURS.toNanos(1);
    private double load;
    private int asked;
    private final Processors processors = new Processors(2, () -> clock, () -> {
        asked++;
        return load;
    });

    @Test
    void areIdle_whereTheyHadTimeForAWhile() {
        processors.watch();
        pass(99, 0);
        assertFalse(processors.areIdle(LARGE));
        pass(1, 0.74);
        assertTrue(processors.areIdle(LARGE));
        assertFalse(processors.areIdle(LARGE));
        pass(100, 0.75);
        assertFalse(processors.areIdle(LARGE));
        pass(100, Double.NaN);
        assertTrue(processors.areIdle(LARGE));
    }

    @Test
    void areIdle_isKnownSoonerWhereTheObjectIsNotLarge() {
        processors.watch();
        pass(19, 0);
        assertFalse(processors.areIdle(LARGE - 1));
        pass(1, 0);
        assertFalse(processors.areIdle(LARGE));
        assertTrue(processors.areIdle(LARGE - 1));
    }

    @Test
    void watch_forgetsWhatWasBefore() {
        pass(1000, 0);
        processors.watch();
        assertEquals(1, asked);
        assertFalse(processors.areIdle(LARGE));
        pass(100, 1);
        assertFalse(processors.areIdle(LARGE));
        assertEquals(2, asked);
    }

    @Test
    void free_areThoseThatNobodyUses() throws Exception {
        assertEquals(2, processors.free());
        processors.use(() -> {
            assertEquals(1, processors.free());
            return processors.use(() -> processors.use(() -> {
                assertEquals(0, processors.free());
                return null;
            }));
        });
        assertThrows(InterruptedException.class, () -> processors.use(() -> {
            throw new InterruptedException();
        }));
        assertEquals(2, processors.free());
    }

    @Test
    void machine_isAskedWhatItHas() {
        Processors own = new Processors();
        assertEquals(Runtime.getRuntime().availableProcessors(), own.free());
        own.watch();
    }

    private void pass(long millis, double loadOfThat) {
        clock += TimeUnit.MILLISECONDS.toNanos(millis);
        load = loadOfThat;
    }
}
