package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.JobKeys;
import filehash.init.tree.RequestKeys;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RetryCommandIT {
    @Test
    void freeJobs_leavesAJobThatWasParkedAgainAndOneOfAnotherRun() throws Exception {
        Shell shell = new Shell(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint(), "ETCD_PREFIX",
                "retry-" + UUID.randomUUID()), System.out, System.err, null, false, false);
        try (EtcdSession session = EtcdSession.open(shell)) {
            String run = session.tree().request("1").run();
            JobKeys job = session.tree().wip("1", 0);
            put(session, run, "r");
            put(session, job.error(), "{}");
            Snapshot before = read(session, Range.key(run), Range.key(job.error()));
            List<Snapshot.Key> errors = List.of(before.keys().get(job.error()));
            put(session, job.error(), "{\"gaveUp\":5}");
            assertEquals(0, RetryCommand.freeJobs(session, "1", before, errors));
            errors = List.of(read(session, Range.key(job.error())).keys().get(job.error()));
            put(session, run, "another");
            assertEquals(0, RetryCommand.freeJobs(session, "1", before, errors));
            assertTrue(read(session, Range.key(job.error())).has(job.error()));
            assertEquals(1, RetryCommand.freeJobs(session, "1", read(session, Range.key(run)), errors));
        }
    }

    @Test
    void freeRequest_isRepeatableBecauseAnAnswerMayBeLost() throws Exception {
        Shell shell = new Shell(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint(), "ETCD_PREFIX",
                "retry-" + UUID.randomUUID()), System.out, System.err, null, false, false);
        try (EtcdSession session = EtcdSession.open(shell)) {
            RequestKeys keys = session.tree().request("1");
            put(session, keys.run(), "r");
            put(session, keys.error(), "an error");
            Snapshot seen = read(session, Range.folder(keys.folder()));
            for (int i = 0; i < 2; i++) {
                assertTrue(Await.answer("it is freed", () -> RetryCommand.freeRequest(session, keys, seen)));
            }
            put(session, keys.error(), "another error");
            assertFalse(Await.answer("it answers", () -> RetryCommand.freeRequest(session, keys, seen)));
        }
    }

    private static Snapshot read(EtcdSession session, Range... ranges) {
        return Await.answer("the test reads", () -> session.etcd().read(ranges));
    }

    private static void put(EtcdSession session, String key, String value) {
        Await.until("the test writes", Await.BOUND, () -> session.etcd().txn("put").put(key, value).commit());
    }
}
