package filehash.init.command;

import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.StatusSurvey;
import filehash.init.tree.RequestKeys;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Deletes the key that keeps pods from a request. */
@Command(name = "resume", mixinStandardHelpOptions = true, description = "Lets a request go on that was paused.")
final class ResumeCommand implements Callable<Integer> {
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
            boolean resumed = session.tried(() -> session.etcd().txn("resume request " + id).ifPresent(keys.paused())
                    .delete(keys.paused()).commit());
            Optional<RequestStatus> now = session.tried(() -> new StatusSurvey(session.etcd(), session.tree()).one(id));
            if (now.isEmpty()) {
                return OneRequest.reportMissing(shell, id);
            }
            result.print(shell, new Result.OfRequest(id, now.get().state(), now.get().pods()), "Request "
                    + Cells.shown(id) + (resumed ? " goes on." : " is not paused.") + " See: filehash status "
                    + SubmitCommand.quoted(id));
            return Commands.DONE;
        }
    }
}
