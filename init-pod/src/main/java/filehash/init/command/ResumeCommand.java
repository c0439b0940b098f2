package filehash.init.command;

import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Deletes the key that keeps pods from a request. */
@Command(name = "resume", mixinStandardHelpOptions = true, description = "Lets a request go on that was paused.")
final class ResumeCommand extends RequestCommand {
    @Override
    int call(EtcdSession session, String id) throws IOException, InterruptedException {
        Snapshot seen = keys(session, id);
        boolean paused = seen.has(session.tree().request(id).paused());
        boolean same = !paused || session.tried(() -> new Asked(session, id).resume(seen));
        Optional<RequestStatus> now = find(session, id);
        if (now.isEmpty()) {
            return missing(shell(), id);
        }
        if (now.get().ended() || !same) {
            return failed("Request " + Cells.shown(id) + (now.get().ended() ? " has ended"
                    : " was replaced by another one of the same id") + ": nothing was resumed.");
        }
        return done(new Result.OfRequest(id, now.get().state(), now.get().pods()), "Request " + Cells.shown(id)
                + (!paused ? " is not paused." : now.get().state() == State.PAUSED ? " was paused again." : " goes on.")
                + " See: filehash status " + Cells.quoted(id));
    }
}
