package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Puts the key that keeps pods from a request. */
@Command(name = "pause", mixinStandardHelpOptions = true,
        description = "Pauses a request. Its pods stop within 5 s. What is stored stays; resume goes on from there.")
final class PauseCommand extends RequestCommand {
    @Override
    int call(EtcdSession session, String id) throws IOException, InterruptedException {
        Snapshot seen = keys(session, id);
        String key = session.tree().request(id).paused();
        boolean put = !seen.keys().isEmpty() && session.tried(() -> new Asked(session, id).put(seen, key));
        Optional<RequestStatus> now = find(session, id);
        if (now.isEmpty()) {
            return missing(shell(), id);
        }
        if (!put) {
            return failed("Request " + Cells.shown(id) + (now.get().ended() ? " has ended"
                    : " was replaced by another one of the same id") + ": nothing was paused.");
        }
        int pods = now.get().pods();
        return done(new Result.OfRequest(id, now.get().state(), pods), "Request " + Cells.shown(id) + " is paused."
                + (pods == 0 ? "" : " " + Amounts.count(pods, "pod") + " will stop within 5 s.")
                + " Go on: filehash resume " + Cells.quoted(id));
    }
}
