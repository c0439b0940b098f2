package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.StatusSurvey;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.RequestKeys;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Puts the key that keeps pods from a request. */
@Command(name = "pause", mixinStandardHelpOptions = true,
        description = "Pauses a request. Its pods stop within 5 s. What is stored stays; resume goes on from there.")
final class PauseCommand implements Callable<Integer> {
    @ParentCommand
    private Commands parent;
    @Mixin
    private OneRequest one;
    @Mixin
    private Result result;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String id = one.id();
        Shell shell = parent.shell();
        try (EtcdSession session = EtcdSession.open(shell)) {
            RequestKeys keys = session.tree().request(id);
            Snapshot seen = session.tried(() -> session.etcd().read(Range.folder(keys.folder())));
            boolean put = !seen.keys().isEmpty()
                    && session.tried(() -> new Asked(session, id).put(seen, keys.paused()));
            Optional<RequestStatus> now = session.tried(() -> new StatusSurvey(session.etcd(), session.tree()).one(id));
            if (now.isEmpty()) {
                return OneRequest.reportMissing(shell, id);
            }
            if (!put) {
                shell.err().println("Request " + Cells.shown(id) + (now.get().ended() ? " has ended"
                        : " was replaced by another one of the same id") + ": nothing was paused.");
                return Commands.FAILED;
            }
            int pods = now.get().pods();
            result.print(shell, new Result.OfRequest(id, now.get().state(), pods), "Request " + Cells.shown(id)
                    + " is paused." + (pods == 0 ? "" : " " + Amounts.count(pods, "pod") + " will stop within 5 s.")
                    + " Go on: filehash resume " + SubmitCommand.quoted(id));
            return Commands.DONE;
        }
    }
}
