package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.RequestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedIT {
    @ParameterizedTest
    @ValueSource(strings = {"job", "root", "run"})
    void put_besideARequestThatIsNotTheOneThatTheUserSawWritesNothing(String key) throws Exception {
        try (OwnTree tree = OwnTree.open()) {
            EtcdSession session = tree.session();
            RequestKeys keys = session.tree().request("1");
            tree.put(keys.folder() + key, "of the one that the user saw");
            Snapshot seen = tree.read(Range.folder(keys.folder()));
            Await.until("it is put again", Await.BOUND,
                    () -> session.etcd().txn("delete").delete(keys.folder() + key).commit());
            tree.put(keys.folder() + key, "of another");
            assertFalse(putCancel(session, seen, keys));
            assertFalse(tree.read(Range.key(keys.cancel())).has(keys.cancel()));
        }
    }

    @Test
    void put_besideTheRequestThatHasBegunSinceIsRepeatable() throws Exception {
        try (OwnTree tree = OwnTree.open()) {
            EtcdSession session = tree.session();
            RequestKeys keys = session.tree().request("1");
            tree.put(keys.job(), "3");
            Snapshot seen = tree.read(Range.folder(keys.folder()));
            tree.put(keys.job(), "2");
            tree.put(keys.run(), "its run");
            assertTrue(putCancel(session, seen, keys));
            assertTrue(putCancel(session, seen, keys));
            assertTrue(tree.read(Range.key(keys.cancel())).version(keys.cancel()) >= 2);
        }
    }

    @Test
    void resume_isRepeatableBecauseAnAnswerMayBeLost() throws Exception {
        try (OwnTree tree = OwnTree.open()) {
            EtcdSession session = tree.session();
            RequestKeys keys = session.tree().request("1");
            tree.put(keys.job(), "3");
            tree.put(keys.paused(), "");
            Snapshot seen = tree.read(Range.folder(keys.folder()));
            for (int i = 0; i < 2; i++) {
                assertTrue(Await.answer("it resumes", () -> new Asked(session, "1").resume(seen)));
                assertFalse(tree.read(Range.key(keys.paused())).has(keys.paused()));
            }
            tree.put(keys.paused(), "by somebody else");
            assertTrue(Await.answer("it answers", () -> new Asked(session, "1").resume(seen)));
            assertTrue(tree.read(Range.key(keys.paused())).has(keys.paused()));
        }
    }

    private static boolean putCancel(EtcdSession session, Snapshot seen, RequestKeys keys) {
        return Await.answer("the command puts", () -> new Asked(session, "1").put(seen, keys.cancel()));
    }
}
