package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.JobKeys;
import filehash.init.tree.LastingError;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Has parked jobs tried again: deletes their error keys, each only if it still is the one that was read. */
@Command(name = "retry", mixinStandardHelpOptions = true,
        description = "Has the parked jobs of a request tried again, after you have put right what they name. A request"
                + " that waits for you goes on, too.")
final class RetryCommand extends RequestCommand {
    /** etcd takes 128 operations, and each of these has two comparisons and a deletion. */
    private static final int PAGE = 30;

    /** What --json prints. */
    record Freed(String id, int jobs, boolean request) {
    }

    @Override
    int call(EtcdSession session, String id) throws IOException, InterruptedException {
        RequestKeys keys = session.tree().request(id);
        Snapshot request = session.tried(() -> session.etcd().read(Range.key(keys.run()), Range.key(keys.error()),
                Range.key(keys.root()), Range.key(keys.job())));
        if (request.keys().isEmpty()) {
            return find(session, id).isEmpty() ? missing(shell(), id)
                    : failed("Request " + Cells.shown(id) + " has ended: there is nothing to try again.");
        }
        int jobs = 0;
        List<Snapshot.Key> parked = session.tried(() -> parked(session, id));
        for (int from = 0; from < parked.size(); from += PAGE) {
            List<Snapshot.Key> some = parked.subList(from, Math.min(parked.size(), from + PAGE));
            jobs += session.tried(() -> freeJobs(session, id, request, some));
        }
        boolean waits = request.has(keys.run()) ? request.has(keys.error())
                : LastingError.is(request.value(keys.error()));
        boolean freed = waits && session.tried(() -> freeRequest(session, keys, request));
        if (jobs == 0 && !freed) {
            Optional<RequestStatus> now = find(session, id).filter(it -> it.state() == RequestStatus.State.BAD);
            if (now.isPresent()) {
                return failed("No job of request " + Cells.shown(id) + " is parked, but the request is bad: "
                        + Cells.shown(now.get().problem()));
            }
        }
        return done(new Freed(id, jobs, freed), jobs == 0 && !freed
                ? "No job of request " + Cells.shown(id) + " is parked."
                : (jobs == 0 ? "" : Amounts.count(jobs, "job") + " will be tried again. ")
                        + (freed ? "The request goes on. " : "") + "See: filehash status " + Cells.quoted(id));
    }

    /** @return whether it has no error by now, also if the answer to a try before was lost */
    static boolean freeRequest(EtcdSession session, RequestKeys keys, Snapshot request)
            throws IOException, InterruptedException {
        boolean freed = session.etcd().txn("free " + keys.folder()).ifUnchanged(keys.run(), request)
                .ifUnchanged(keys.error(), request).delete(keys.error()).commit();
        return freed || !session.etcd().read(Range.key(keys.error())).has(keys.error());
    }

    private List<Snapshot.Key> parked(EtcdSession session, String id) throws IOException, InterruptedException {
        List<Snapshot.Key> errors = new ArrayList<>();
        String folder = session.tree().wips(id);
        Scan.read(session.etcd(), List.of(new Scan(Range.names(folder), key -> Tree.below(folder, key.name())
                .filter(job -> job.rest().equals(JobKeys.ERROR)).ifPresent(job -> errors.add(key)))));
        return errors;
    }

    /** @return how many of them are no longer parked */
    static int freeJobs(EtcdSession session, String id, Snapshot request, List<Snapshot.Key> errors)
            throws IOException, InterruptedException {
        String run = session.tree().request(id).run();
        List<Txn> all = errors.stream().map(error -> session.etcd().txn("free " + error.name())
                .ifUnchanged(run, request).ifModified(error.name(), error.modified()).delete(error.name())).toList();
        Txn.commitEach(all);
        Snapshot after = session.etcd().read(errors.stream().map(error -> Range.key(error.name())).toList());
        return (int) errors.stream().filter(error -> !after.has(error.name())).count();
    }
}
