package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpareCpusTest {
    private long clock = TimeUnit.HOURS.toNanos(1);
    private double load;
    private int asked;
    private final SpareCpus cpus = new SpareCpus(2, () -> clock, () -> {
        asked++;
        return load;
    });

    @Test
    void areIdle_ifTheyHadCapacityForAWhile() {
        cpus.watch();
        pass(19, 0);
        assertFalse(cpus.areIdle());
        pass(1, 0.74);
        assertTrue(cpus.areIdle());
        assertFalse(cpus.areIdle());
        pass(20, 0.75);
        assertFalse(cpus.areIdle());
        pass(20, Double.NaN);
        assertTrue(cpus.areIdle());
    }

    @Test
    void watch_forgetsWhatWasBefore() {
        pass(1000, 0);
        cpus.watch();
        assertEquals(1, asked);
        assertFalse(cpus.areIdle());
        pass(20, 1);
        assertFalse(cpus.areIdle());
        assertEquals(2, asked);
    }

    @Test
    void free_areTheUnusedOnes() throws Exception {
        assertEquals(2, cpus.free());
        cpus.use(() -> {
            assertEquals(1, cpus.free());
            return cpus.use(() -> cpus.use(() -> {
                assertEquals(0, cpus.free());
                return null;
            }));
        });
        assertThrows(InterruptedException.class, () -> cpus.use(() -> {
            throw new InterruptedException();
        }));
        assertEquals(2, cpus.free());
    }

    @Test
    void machine_isMeasured() {
        SpareCpus own = new SpareCpus();
        assertEquals(Runtime.getRuntime().availableProcessors(), own.free());
        own.watch();
    }

    private void pass(long millis, double loadOfThat) {
        clock += TimeUnit.MILLISECONDS.toNanos(millis);
        load = loadOfThat;
    }
}
