package filehash.init.command;

import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.Cancellation;
import filehash.init.tree.DoneJobs;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a user may put beside a request, if it still is the one that the user saw. */
record Asked(EtcdSession session, String id) {
    private static final int TRIES = 5;

    private RequestKeys keys() {
        return session.tree().request(id);
    }

    /**
     * Puts one of its keys. A request of the same id that was put later has another job key, or another run. May be
     * repeated.
     *
     * @return false if it is gone, or another one
     */
    boolean put(Snapshot seen, String key) throws IOException, InterruptedException {
        return same(seen, "put " + key).put(key, Instant.now().truncatedTo(ChronoUnit.SECONDS)).commit();
    }

    /**
     * Deletes the key that pauses it, if it still is the one that the user saw. May be repeated.
     *
     * @return false if the request is gone, or another one
     */
    boolean resume(Snapshot seen) throws IOException, InterruptedException {
        String paused = keys().paused();
        return same(seen, "resume request " + id).ifUnchanged(paused, seen).delete(paused).commit()
                || session.etcd().read(Range.key(paused)).modified(paused) != seen.modified(paused)
                        && same(seen, "look at request " + id).commit();
    }

    private Txn same(Snapshot seen, String what) {
        Txn txn = session.etcd().txn(what);
        seen.below(keys().folder()).keySet().stream().filter(key -> key.equals(keys().run()) || key.equals(keys().job())
                || key.equals(keys().root())).forEach(key -> txn.ifCreated(key, seen.created(key)));
        return txn;
    }

    /** Whether the key stands that cancels the request. */
    boolean isPending() throws IOException, InterruptedException {
        return session.tried(() -> session.etcd().read(Range.key(keys().cancel())).has(keys().cancel()));
    }

    /** Ends the request that is to be cancelled. A pod decides whether to post the summary, by its settings. */
    void end() throws IOException, InterruptedException {
        Cancellation cancellation = new Cancellation(session.etcd(), session.tree(), none -> DoneJobs.UNDECIDED);
        boolean ended = false;
        for (int i = 0; i < TRIES && !ended; i++) { // jobs may be done meanwhile
            ended = session.tried(() -> {
                Request request = Request.of(session.tree(), id, session.etcd().read(Range.folder(keys().folder())));
                return !request.control().cancelled() || cancellation.end(request, null) > 0;
            });
        }
    }
}
