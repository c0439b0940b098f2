package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.RequestKeys;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedIT {
    private final Shell shell = new Shell(Map.of("ETCD_ENDPOINTS", EtcdServer.shared().endpoint(), "ETCD_PREFIX",
            "asked-" + UUID.randomUUID()), System.out, System.err, null, false, false);

    @ParameterizedTest
    @ValueSource(strings = {"job", "root", "run"})
    void put_besideARequestThatIsNotTheOneThatTheUserSawWritesNothing(String key) throws Exception {
        try (EtcdSession session = EtcdSession.open(shell)) {
            RequestKeys keys = session.tree().request("1");
            put(session, keys.folder() + key, "of the one that the user saw");
            Snapshot seen = read(session, Range.folder(keys.folder()));
            Await.until("it is put again", Await.BOUND,
                    () -> session.etcd().txn("delete").delete(keys.folder() + key).commit());
            put(session, keys.folder() + key, "of another");
            assertFalse(putCancel(session, seen, keys));
            assertFalse(read(session, Range.key(keys.cancel())).has(keys.cancel()));
        }
    }

    @Test
    void put_besideTheRequestThatHasBegunSinceIsRepeatable() throws Exception {
        try (EtcdSession session = EtcdSession.open(shell)) {
            RequestKeys keys = session.tree().request("1");
            put(session, keys.job(), "3");
            Snapshot seen = read(session, Range.folder(keys.folder()));
            put(session, keys.job(), "2");
            put(session, keys.run(), "its run");
            assertTrue(putCancel(session, seen, keys));
            assertTrue(putCancel(session, seen, keys));
            assertTrue(read(session, Range.key(keys.cancel())).version(keys.cancel()) >= 2);
        }
    }

    @Test
    void resume_isRepeatableBecauseAnAnswerMayBeLost() throws Exception {
        try (EtcdSession session = EtcdSession.open(shell)) {
            RequestKeys keys = session.tree().request("1");
            put(session, keys.job(), "3");
            put(session, keys.paused(), "");
            Snapshot seen = read(session, Range.folder(keys.folder()));
            for (int i = 0; i < 2; i++) {
                assertTrue(Await.answer("it resumes", () -> new Asked(session, "1").resume(seen)));
                assertFalse(read(session, Range.key(keys.paused())).has(keys.paused()));
            }
            put(session, keys.paused(), "by somebody else");
            assertTrue(Await.answer("it answers", () -> new Asked(session, "1").resume(seen)));
            assertTrue(read(session, Range.key(keys.paused())).has(keys.paused()));
        }
    }

    private static boolean putCancel(EtcdSession session, Snapshot seen, RequestKeys keys) {
        return Await.answer("the command puts", () -> new Asked(session, "1").put(seen, keys.cancel()));
    }

    private static Snapshot read(EtcdSession session, Range range) {
        return Await.answer("the test reads", () -> session.etcd().read(range));
    }

    private static void put(EtcdSession session, String key, String value) {
        Await.until("the test writes", Await.BOUND, () -> session.etcd().txn("put").put(key, value).commit());
    }
}
