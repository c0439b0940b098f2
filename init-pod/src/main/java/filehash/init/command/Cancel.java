package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.screen.Output;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.Survey;
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
final class Cancel implements Callable<Integer> {
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
        try (Session session = Session.open(shell)) {
            Snapshot seen = session.tried(() -> session.etcd().read(Range.folder(session.tree().request(id).folder())));
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

    private int cancel(Session session, Survey survey, String id, Snapshot seen)
            throws IOException, InterruptedException {
        Asked asked = new Asked(session, id);
        boolean put = session.tried(() -> asked.put(seen, session.tree().request(id).cancel()));
        Optional<RequestStatus> after = session.tried(() -> survey.one(id));
        if (!put && after.isPresent() && after.get().state() != State.CANCELLED) {
            return ended(after.get());
        }
        long until = System.nanoTime() + PODS.toNanos();
        while (after.isPresent() && !after.get().ended() && System.nanoTime() - until < 0) {
            Thread.sleep(PAUSE.toMillis());
            after = session.tried(() -> survey.one(id));
        }
        if (after.isPresent() && !after.get().ended()) { // no pod runs
            try {
                asked.end();
            } catch (IOException e) { // it has not the rights of a pod
                parent.shell().err()
                        .println("No pod works on request " + Cells.shown(id) + " any more, and the next pod"
                                + " that runs ends it. This command cannot: " + e.getMessage());
                return Commands.FAILED;
            }
            after = session.tried(() -> survey.one(id));
        }
        if (after.isPresent() && after.get().state() != State.CANCELLED) {
            return ended(after.get());
        }
        int pods = after.map(RequestStatus::pods).orElse(0);
        result.print(parent.shell(), new Result.OfRequest(id, State.CANCELLED, pods), "Request " + Cells.shown(id)
                + " is cancelled; rows that are stored stay."
                + (pods == 0 ? "" : " " + Amounts.count(pods, "pod") + " will stop within 5 s."));
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
