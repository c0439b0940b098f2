package filehash.init.command.survey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.init.command.survey.RequestStatus.Bound;
import filehash.init.command.survey.RequestStatus.Jobs;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.tree.JobProgress.Lately;
import filehash.job.HashMethod;
import filehash.job.Tally;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from the reports of pods. */
class PaceTest {
    private static final List<Lately> REPORTS = List.of(lately(60, 600), lately(20, 400), lately(4, 0));

    @Test
    void pace_isTheSumOfAllPodsThatReport() {
        assertEquals(new Pace(30, 300, 60, 33L), Pace.lately(request(State.RUNNING, 2), REPORTS).orElseThrow());
    }

    /** Otherwise it would jump each time that a pod begins. */
    @Test
    void pods_thatDoNotReportYetAreTakenToBeAsFastAsTheOthers() {
        assertEquals(45, Pace.lately(request(State.RUNNING, 3), REPORTS).orElseThrow().objectsPerSecond());
        assertEquals(60, Pace.lately(request(State.RUNNING, 4), REPORTS).orElseThrow().objectsPerSecond());
        assertEquals(Optional.empty(), Pace.lately(request(State.RUNNING, 5), REPORTS));
    }

    /** Otherwise the last large job would end soon, as if all pods still shared it. */
    @Test
    void pods_thatHaveLeftTheRequestCountNoMore() {
        assertEquals(15, Pace.lately(request(State.RUNNING, 1), REPORTS).orElseThrow().objectsPerSecond());
    }

    /** The report of a pod that has left it stays for some seconds. */
    @Test
    void request_withoutAPodHasNoPaceOfNow() {
        assertEquals(Optional.empty(), Pace.lately(request(State.RUNNING, 0), REPORTS));
    }

    /** A pod gives its job back within 5 s of the pause, and reports until then. */
    @ParameterizedTest
    @EnumSource(value = State.class, names = {"PAUSED", "BAD", "PARKED"})
    void request_thatDoesNotGoOnHasNoTimeLeft(State state) {
        assertNull(Pace.lately(request(state, 2), REPORTS).orElseThrow().secondsLeft());
        assertNull(Pace.of(request(state, 2), 1000, 1000, Duration.ofSeconds(10)).secondsLeft());
        assertNotNull(Pace.of(request(State.RUNNING, 2), 1000, 1000, Duration.ofSeconds(10)).secondsLeft());
    }

    @Test
    void bound_isTheLargestSumOfAllPods() {
        Lately one = new Lately("1", 60, 0, 0, Map.of("s3", 0.5, "mysql", 0.4));
        Lately other = new Lately("1", 60, 0, 0, Map.of("mysql", 0.3));
        assertEquals(new Bound("mysql", Map.of("s3", 0.5, "mysql", 0.7)), Bound.of(List.of(one, other)));
        assertEquals("s3", Bound.of(List.of(one)).by());
    }

    @Test
    void bound_isNotKnownWithoutAWait() {
        assertNull(Bound.of(List.of()));
        assertNull(Bound.of(List.of(new Lately("1", 60, 5, 5, Map.of("s3", 0.0)))));
    }

    private static Lately lately(double seconds, long objects) {
        return new Lately("1", seconds, objects, objects * 10, Map.of());
    }

    /** Half of 2,000 objects are stored. */
    private static RequestStatus request(State state, int pods) {
        Jobs jobs = new Jobs(9, 0, pods, 9 - pods, 0);
        return new RequestStatus("1", state, "b", null, "a/", List.of(HashMethod.MD5), jobs, pods,
                new Tally(1000, 0, Map.of(), 10_000), null, 0.5, true, null, null, null, null, List.of(), List.of());
    }
}
