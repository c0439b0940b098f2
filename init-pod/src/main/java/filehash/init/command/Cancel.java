package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.screen.Output;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.Survey;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.RequestKeys;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Cancels a request: deletes its folder, in one transaction that compares the run. A claim that is under way at the
 * same time compares keys of that folder too, so either it comes first, and its pod finds out within 5 s that the run
 * is gone, or it writes nothing.
 */
@Command(name = "cancel", mixinStandardHelpOptions = true,
        description = "Cancels a request. Its pods stop within 5 s; rows that are stored stay.")
final class Cancel implements Callable<Integer> {
    @ParentCommand
    private Commands parent;
    @Spec
    private CommandSpec spec;
    @Mixin
    private OneRequest one;
    @Option(names = "--yes", description = "Does not ask. Without a terminal it is needed.")
    private boolean yes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String id = one.id();
        Shell shell = parent.shell();
        try (Session session = Session.open(shell)) {
            Survey survey = new Survey(session.etcd(), session.tree());
            Optional<RequestStatus> found = session.tried(() -> survey.one(id));
            if (found.isEmpty()) {
                return OneRequest.reportMissing(shell, id);
            }
            if (found.get().ended()) {
                return ended(found.get());
            }
            if (!yes && !confirmed(shell, found.get())) {
                shell.err().println("Nothing was cancelled.");
                return Commands.FAILED;
            }
            return cancel(session, survey, id);
        }
    }

    private boolean confirmed(Shell shell, RequestStatus request) throws IOException {
        if (!shell.asks()) {
            throw new ParameterException(spec.commandLine(), "there is no terminal to ask at: add --yes");
        }
        shell.err().println(Output.Plain.line(request));
        shell.err().print("Cancel it? Rows that are stored stay. [y/N] ");
        shell.err().flush();
        String answer = shell.in().readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private int cancel(Session session, Survey survey, String id) throws IOException, InterruptedException {
        RequestKeys keys = session.tree().request(id);
        String[] run = {null};
        boolean gone = session.tried(() -> {
            Snapshot now = session.etcd().read(Range.folder(keys.folder()));
            while (!now.keys().isEmpty()) {
                if (run[0] != null && now.has(keys.run()) && !run[0].equals(now.value(keys.run()))) {
                    return false; // another request that was put under this id meanwhile
                }
                run[0] = now.has(keys.run()) ? now.value(keys.run()) : run[0];
                Txn txn = session.etcd().txn("cancel request " + id).ifUnchanged(keys.run(), now);
                if (txn.deleteFolder(keys.folder()).commit()) {
                    return true;
                }
                now = session.etcd().read(Range.folder(keys.folder()));
            }
            return false;
        });
        Optional<RequestStatus> after = session.tried(() -> survey.one(id));
        if (!gone && after.isPresent() && after.get().state() != State.CANCELLED) {
            return ended(after.get());
        }
        parent.shell().out().println("Request " + Cells.shown(id) + " is cancelled; rows that are stored stay."
                + after.filter(request -> request.pods() > 0).map(request -> " "
                        + Amounts.count(request.pods(), "pod") + " will stop within 5 s.").orElse(""));
        return Commands.DONE;
    }

    /** It is not to be cancelled any more. */
    private int ended(RequestStatus request) {
        boolean cancelled = request.state() == State.CANCELLED;
        parent.shell().err().println("Request " + Cells.shown(request.id()) + (cancelled ? " was cancelled before."
                : request.ended() ? " is done: there is nothing to cancel."
                : " was replaced by another one of the same id: nothing was cancelled."));
        return cancelled ? Commands.DONE : Commands.FAILED;
    }
}
