package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.screen.Output;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.StatusSurvey;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.time.Duration;
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
 * Cancels a request by its key, as etcdctl can too, if it still is the one that the user saw. A pod ends the request;
 * where none does for a while, the command ends it itself.
 */
@Command(name = "cancel", mixinStandardHelpOptions = true,
        description = "Cancels a request. Its pods stop within 5 s; rows that are stored stay.")
final class CancelCommand implements Callable<Integer> {
    /** Pods that work look within two seconds, or some four if there are many requests. */
    private static final Duration PODS = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    @ParentCommand
    private Commands parent;
    @Spec
    private CommandSpec spec;
    @Mixin
    private OneRequest one;
    @Option(names = "--yes", description = "Does not ask. Without a terminal it is needed.")
    private boolean yes;
    @Mixin
    private Result result;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String id = one.id();
        Shell shell = parent.shell();
        try (EtcdSession session = EtcdSession.open(shell)) {
            Snapshot seen = session.tried(() -> session.etcd().read(Range.folder(session.tree().request(id).folder())));
            StatusSurvey survey = new StatusSurvey(session.etcd(), session.tree());
            Optional<RequestStatus> found = session.tried(() -> survey.one(id));
            if (found.isEmpty()) {
                return OneRequest.reportMissing(shell, id);
            }
            if (found.get().ended()) {
                return ended(found);
            }
            if (!yes && !confirmed(shell, found.get())) {
                shell.err().println("Nothing was cancelled.");
                return Commands.FAILED;
            }
            return cancel(session, survey, id, seen);
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

    private int cancel(EtcdSession session, StatusSurvey survey, String id, Snapshot seen)
            throws IOException, InterruptedException {
        Asked asked = new Asked(session, id);
        if (!session.tried(() -> asked.put(seen, session.tree().request(id).cancel()))) {
            return ended(session.tried(() -> survey.one(id)).filter(now -> now.ended()));
        }
        long until = System.nanoTime() + PODS.toNanos();
        boolean pending = asked.isPending();
        while (pending && System.nanoTime() - until < 0) {
            Thread.sleep(PAUSE.toMillis());
            pending = asked.isPending();
        }
        if (pending) { // no pod runs
            try {
                asked.end();
            } catch (IOException e) {
                parent.shell().err().println("This command may not end it: " + e.getMessage());
            }
            pending = asked.isPending();
        }
        Optional<RequestStatus> now = session.tried(() -> survey.one(id));
        State state = pending && now.isPresent() ? now.get().state() : State.CANCELLED;
        return report(new Result.OfRequest(id, state, now.map(RequestStatus::pods).orElse(0)));
    }

    private int report(Result.OfRequest now) {
        int pods = now.pods();
        result.print(parent.shell(), now, "Request " + Cells.shown(now.id())
                + (now.state() != State.CANCELLED
                        ? " is to be cancelled: no pod claims a job of it, and the next pod that looks ends it"
                        : " is cancelled")
                + "; rows that are stored stay."
                + (pods == 0 ? "" : " " + Amounts.count(pods, "pod") + " will stop within 5 s."));
        return Commands.DONE;
    }

    /** @param now empty if another request of the same id was put */
    private int ended(Optional<RequestStatus> now) {
        String id = Cells.shown(one.id());
        if (now.isPresent() && now.get().state() == State.CANCELLED) {
            result.print(parent.shell(), new Result.OfRequest(one.id(), State.CANCELLED, now.get().pods()),
                    "Request " + id + " was cancelled before.");
            return Commands.DONE;
        }
        parent.shell().err().println("Request " + id + (now.isPresent() ? " is done: there is nothing to cancel."
                : " was replaced by another one of the same id: nothing was cancelled."));
        return Commands.FAILED;
    }
}
