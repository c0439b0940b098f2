package filehash.init.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.Store;
import filehash.init.tree.Look;
import filehash.init.tree.UsedIds;
import filehash.job.JobId;
import filehash.pod.Stopped;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** With a clock of its own. */
class TurnsInTimeIT {
    private static final JobId JOB = new JobId("u", 0, 1);

    @AutoClose
    private final Store store = Store.create();
    private int written;
    private long now = 1000;
    private final Turns turns = new Turns(5, () -> now);

    @Test
    void failingJob_comesAfterOthersForAsManyMinutesAsItHasFailed() throws Exception {
        assertLateFor(1, 1);
        assertLateFor(3, 3);
        assertLateFor(7, 5);
    }

    @Test
    void failingJob_isCountedFromItsLastFailure() throws Exception {
        turns.see(look(1));
        pass(Duration.ofSeconds(59));
        turns.see(look(2));
        pass(Duration.ofSeconds(119));
        turns.see(look(2));
        assertTrue(turns.late(wip(look(2))));
        pass(Duration.ofSeconds(1));
        assertFalse(turns.late(wip(look(2))));
    }

    @Test
    void refusalOfARoot_letsItsRequestRestAndNotThePod() throws Exception {
        Look look = look(1);
        turns.failed(JOB, Stopped.Fault.ROOT);
        turns.see(look);
        assertFalse(turns.resting() || turns.faulty());
        assertTrue(turns.resting(look.requests().get(0)));
        pass(Duration.ofSeconds(1));
        assertFalse(turns.resting(look.requests().get(0)));
        assertTrue(turns.probing(look.requests().get(0), look));
        turns.works(JOB);
        assertFalse(turns.probing(look.requests().get(0), look));
    }

    @Test
    void rest_growsToAMinuteAndEndsWithTheJobThatFailed() throws Exception {
        for (int i = 0; i < 10; i++) {
            turns.failed(JOB, Stopped.Fault.CONF);
        }
        pass(Duration.ofSeconds(29));
        turns.see(look(1));
        assertTrue(turns.resting());
        pass(Duration.ofSeconds(31));
        assertFalse(turns.resting());
        assertTrue(turns.faulty());
        assertEquals(JOB, turns.probe(look(1)).orElseThrow());
        turns.failed(JOB, Stopped.Fault.CONF);
        turns.see(look(0));
        assertFalse(turns.resting() || turns.faulty());
    }

    private void assertLateFor(int failures, int minutes) throws Exception {
        Look look = look(failures);
        turns.see(look);
        pass(Duration.ofMinutes(minutes).minusNanos(1));
        turns.see(look);
        assertTrue(turns.late(wip(look)));
        pass(Duration.ofNanos(1));
        assertFalse(turns.late(wip(look)));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Look.Wip wip(Look look) {
        return look.jobs(look.requests().get(0)).get(0);
    }

    /** A request of two jobs, of which the first has failed so often; or is done. */
    private Look look(int failures) throws Exception {
        Map.of("run", "u", "run/root", "photos/", "run/method", "MD5", "run/jobs", "2", "run/next", "1", "left", "2")
                .forEach((key, value) -> store.put("/req/1/" + key, value));
        if (failures == 0) {
            store.delete("/wip/1/");
        } else {
            store.put("/wip/1/0/run", "u").put("/wip/1/0/attempt", "1");
        }
        for (; written < failures; written++) {
            store.put("/wip/1/0/failures", "");
        }
        return store.look(new UsedIds());
    }
}
