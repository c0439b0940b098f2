package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.command.screen.Output;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Cancels a request by its key, as etcdctl can too, if it still is the one that the user saw. A pod ends the request;
 * where none does for a while, the command ends it itself.
 */
@Command(name = "cancel", mixinStandardHelpOptions = true,
        description = "Cancels a request. Its pods stop within 5 s; rows that are stored stay.")
final class CancelCommand extends RequestCommand {
    /** Pods that work look within two seconds, or some four if there are many requests. */
    private static final Duration PODS = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Option(names = "--yes", description = "Does not ask. Without a terminal it is needed.")
    private boolean yes;

    @Override
    int call(EtcdSession session, String id) throws IOException, InterruptedException {
        Snapshot seen = keys(session, id);
        Optional<RequestStatus> found = find(session, id);
        if (found.isEmpty()) {
            return missing(shell(), id);
        }
        if (found.get().ended()) {
            return ended(id, found);
        }
        return yes || confirmed(found.get()) ? cancel(session, id, seen) : failed("Nothing was cancelled.");
    }

    private boolean confirmed(RequestStatus request) throws IOException {
        Shell shell = shell();
        if (!shell.asks()) {
            throw wrong("there is no terminal to ask at: add --yes");
        }
        shell.err().println(Output.Plain.line(request));
        shell.err().print("Cancel it? Rows that are stored stay. [y/N] ");
        shell.err().flush();
        String answer = shell.in().readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private int cancel(EtcdSession session, String id, Snapshot seen) throws IOException, InterruptedException {
        Asked asked = new Asked(session, id);
        if (!session.tried(() -> asked.put(seen, session.tree().request(id).cancel()))) {
            Optional<RequestStatus> now = find(session, id).filter(RequestStatus::ended);
            if (now.isEmpty() || now.get().state() != State.CANCELLED) { // else by a put whose answer was lost
                return ended(id, now);
            }
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
                shell().err().println("This command may not end it: " + e.getMessage());
            }
            pending = asked.isPending();
        }
        Optional<RequestStatus> now = find(session, id);
        State state = pending && now.isPresent() ? now.get().state() : State.CANCELLED;
        int pods = now.map(RequestStatus::pods).orElse(0);
        return done(new Result.OfRequest(id, state, pods), "Request " + Cells.shown(id)
                + (state != State.CANCELLED
                        ? " is to be cancelled: no pod claims a job of it, and the next pod that looks ends it"
                        : " is cancelled")
                + "; rows that are stored stay."
                + (pods == 0 ? "" : " " + Amounts.count(pods, "pod") + " will stop within 5 s."));
    }

    /** @param now empty if another request of the same id was put */
    private int ended(String id, Optional<RequestStatus> now) {
        if (now.isPresent() && now.get().state() == State.CANCELLED) {
            return done(new Result.OfRequest(id, State.CANCELLED, now.get().pods()),
                    "Request " + Cells.shown(id) + " was cancelled before.");
        }
        return failed("Request " + Cells.shown(id) + (now.isPresent() ? " is done: there is nothing to cancel."
                : " was replaced by another one of the same id: nothing was cancelled."));
    }
}
