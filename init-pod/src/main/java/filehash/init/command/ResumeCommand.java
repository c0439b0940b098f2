package filehash.init.command;

import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Deletes the key that keeps pods from a request. */
@Command(name = "resume", mixinStandardHelpOptions = true, description = "Lets a request go on that was paused.")
final class ResumeCommand extends RequestCommand {
    @Override
    int call(EtcdSession session, String id) throws IOException, InterruptedException {
        String key = session.tree().request(id).paused();
        boolean resumed = session.tried(() -> session.etcd().txn("resume request " + id).ifPresent(key).delete(key)
                .commit());
        Optional<RequestStatus> now = find(session, id);
        if (now.isEmpty()) {
            return missing(shell(), id);
        }
        if (now.get().ended()) {
            return failed("Request " + Cells.shown(id) + " has ended: nothing was resumed.");
        }
        return done(new Result.OfRequest(id, now.get().state(), now.get().pods()), "Request " + Cells.shown(id)
                + (resumed ? " goes on." : " is not paused.") + " See: filehash status " + Cells.quoted(id));
    }
}
