package filehash.init.command.survey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.job.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private final AtomicLong now = new AtomicLong();
    private Duration age = Duration.ofHours(1);
    private Instant updated = Statuses.ONE_JOB.updated();
    private final Samples samples = new Samples(now::get);

    @Test
    void pace_isThatOfTheLastMinute() {
        assertEquals(Statuses.ONE_JOB.pace(), at(0, 1000, 0.1), "before that, the mean");
        assertEquals(Statuses.ONE_JOB.pace(), at(10, 1000, 0.1), "before that, the mean");
        assertEquals(100, at(60, 7000, 0.7).objectsPerSecond());
        assertEquals(20, at(110, 8000, 0.8).objectsPerSecond(), "50 s since 7000");
    }

    @Test
    void timeLeft_followsFromTheShare() {
        at(0, 1000, 0.1);
        assertEquals(25, at(20, 5000, 0.5).secondsLeft(), "5000 more at 200/s");
    }

    @Test
    void timeLeft_isNotKnownWhileNothingIsStored() {
        at(0, 1000, 0.1);
        assertNull(at(20, 1000, 0.1).secondsLeft());
    }

    @Test
    void anotherRunOfTheSameId_beginsAgain() {
        at(0, 1000, 0.1);
        assertEquals(Statuses.ONE_JOB.pace(), at(30, 10, 0.1));
    }

    @Test
    void pace_ofAYoungRequestIsThatOfItsSecondHalf() {
        age = Duration.ofSeconds(60);
        at(0, 1000, 0.1);
        at(20, 1000, 0.1);
        at(30, 2000, 0.2);
        assertEquals(100, at(60, 5000, 0.5).objectsPerSecond(), "30 s since 2000");
    }

    /** A pod publishes each 4 s, and status looks each 2 s. */
    @Test
    void pace_isMeasuredByThePodsClock() {
        at(0, 1000, 0.1);
        updated = updated.plusSeconds(16);
        assertEquals(100, at(19, 2600, 0.26).objectsPerSecond());
    }

    @Test
    void pace_fallsWhileThePodsAreSilent() {
        at(0, 1000, 0.1);
        updated = updated.plusSeconds(20);
        at(20, 3000, 0.3);
        assertEquals(50, at(40, 3000, 0.3).objectsPerSecond());
    }

    private Pace at(int second, long objects, double share) {
        now.set(Duration.ofSeconds(second).toNanos());
        RequestStatus like = Statuses.ONE_JOB;
        return samples.add(List.of(new RequestStatus(like.id(), like.state(), like.bucket(), null, like.root(),
                like.methods(), like.jobs(), like.pods(), new Tally(objects, 0, Map.of(), objects * 10), null, share,
                true, updated.minus(age), updated, like.pace(), null, List.of(), List.of()))).get(0)
                .pace();
    }
}
