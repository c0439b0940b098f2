package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.JobKeys;
import filehash.init.tree.RequestKeys;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryCommandIT {
    @Test
    void freeJobs_leavesAJobThatWasParkedAgainAndOneOfAnotherRun() throws Exception {
        try (OwnTree tree = OwnTree.open()) {
            EtcdSession session = tree.session();
            String run = session.tree().request("1").run();
            JobKeys job = session.tree().wip("1", 0);
            tree.put(run, "r");
            tree.put(job.error(), "{}");
            Snapshot before = tree.read(Range.key(run), Range.key(job.error()));
            List<Snapshot.Key> errors = List.of(before.keys().get(job.error()));
            tree.put(job.error(), "{\"gaveUp\":5}");
            assertEquals(0, freed(session, before, errors));
            errors = List.of(tree.read(Range.key(job.error())).keys().get(job.error()));
            tree.put(run, "another");
            assertEquals(0, freed(session, before, errors));
            assertTrue(tree.read(Range.key(job.error())).has(job.error()));
            assertEquals(1, freed(session, tree.read(Range.key(run)), errors));
        }
    }

    private static int freed(EtcdSession session, Snapshot request, List<Snapshot.Key> errors) {
        return Await.answer("it answers", () -> RetryCommand.freeJobs(session, "1", request, errors));
    }

    @Test
    void freeRequest_isRepeatableBecauseAnAnswerMayBeLost() throws Exception {
        try (OwnTree tree = OwnTree.open()) {
            EtcdSession session = tree.session();
            RequestKeys keys = session.tree().request("1");
            tree.put(keys.run(), "r");
            tree.put(keys.error(), "an error");
            Snapshot seen = tree.read(Range.folder(keys.folder()));
            for (int i = 0; i < 2; i++) {
                assertTrue(Await.answer("it is freed", () -> RetryCommand.freeRequest(session, keys, seen)));
            }
            tree.put(keys.error(), "another error");
            assertFalse(Await.answer("it answers", () -> RetryCommand.freeRequest(session, keys, seen)));
        }
    }
}
