package filehash.init.command.survey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.etcd.Snapshot;
import filehash.init.tree.Failures;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Tree;
import filehash.program.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssessmentTest {
    private static final Tree TREE = new Tree("");
    private static final RequestKeys KEYS = TREE.request("1");
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final Failures ONE = Failures.NONE.andRefused("LIST a/: 404 NoSuchBucket", NOON, true);
    private static final Failures LASTING = ONE.andRefused("LIST a/: 404 NoSuchBucket", NOON.plusSeconds(120), false);

    @Test
    void request_whosePlanningIsRefusedLastinglyNeedsAPerson() {
        RequestStatus status = status("auto", LASTING, 2, 1);
        assertTrue(status.needsPerson());
        assertTrue(status.stands());
        assertEquals(NOON, status.refusedSince());
        assertTrue(status.problem().contains("404 NoSuchBucket"), status.problem());
    }

    @Test
    void request_thatManyPodsTriedWithinSecondsNeedsNoPerson() {
        assertNeedsNoPerson(status("auto", ONE.andRefused("403", NOON.plusSeconds(2), false), 5, 1));
    }

    /** Until a pod is free for it, its planning has failed as often as it may. */
    @Test
    void request_thatWillBeginWithThePublishedRangesNeedsNoPerson() {
        assertNeedsNoPerson(status("16", new Failures(5, 0, "LIST a/: no answer"), 5, 1));
        assertNeedsNoPerson(status("16", new Failures(0, 15, "its pod was lost"), 15, 1));
        assertNeedsNoPerson(status("16", LASTING.andGaveUp("LIST a/: no answer"), 3, 1));
    }

    @Test
    void request_thatItsUserHasCorrectedNeedsNoPerson() {
        assertNeedsNoPerson(status("auto", LASTING, 2, 11));
    }

    private static void assertNeedsNoPerson(RequestStatus status) {
        assertEquals(RequestStatus.State.WAITING, status.state());
        assertFalse(status.needsPerson());
        assertFalse(status.stands());
    }

    /** @param version how often its planning has failed, the last time at revision 10 */
    private static RequestStatus status(String jobs, Failures failures, long version, long asked) {
        Snapshot values = Snapshot.of(20, List.of(key(KEYS.root(), "a", asked, 1), key(KEYS.job(), jobs, 1, 1),
                key(KEYS.method(), "MD5", 1, 1), key(KEYS.planFailures(), Json.write(failures), 10, version)));
        return Assessment.of(TREE, Request.of(TREE, "1", values), values, List.of(), new DoneSum(), List.of());
    }

    private static Snapshot.Key key(String name, String value, long modified, long version) {
        return new Snapshot.Key(name, value, 1, modified, version, 0);
    }
}
