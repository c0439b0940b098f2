package filehash.init.command;

import filehash.init.command.screen.Cells;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.StatusSurvey;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that does something to one request. */
abstract class RequestCommand implements Callable<Integer> {
    @ParentCommand
    private Commands parent;
    @Spec
    private CommandSpec spec;
    @Parameters(paramLabel = "ID", description = "The request.")
    private String id;
    @Mixin
    private Result result;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireId(spec, id);
        try (EtcdSession session = EtcdSession.open(shell())) {
            return call(session, id);
        }
    }

    /** @return the exit code */
    abstract int call(EtcdSession session, String request) throws IOException, InterruptedException;

    Shell shell() {
        return parent.shell();
    }

    /** All keys of the request; none if it is not open. */
    static Snapshot keys(EtcdSession session, String request) throws IOException, InterruptedException {
        return session.tried(() -> session.etcd().read(Range.folder(session.tree().request(request).folder())));
    }

    static Optional<RequestStatus> find(EtcdSession session, String request) throws IOException, InterruptedException {
        return session.tried(() -> new StatusSurvey(session.etcd(), session.tree()).one(request));
    }

    /** @return the exit code */
    int done(Object document, String text) {
        result.print(shell(), document, text);
        return Commands.DONE;
    }

    /** @return the exit code */
    int failed(String why) {
        shell().err().println(why);
        return Commands.FAILED;
    }

    ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** @throws ParameterException if no request can have this id */
    static void requireId(CommandSpec spec, String id) {
        if (id.isBlank() || id.contains("/")) {
            throw new ParameterException(spec.commandLine(), "'" + Cells.shown(id) + "' is no id of a request: it is"
                    + " blank or holds a slash");
        }
    }

    /** @return the exit code */
    static int missing(Shell shell, String id) {
        shell.err().println("There is no request " + Cells.quoted(id)
                + ": it was never put, or was cancelled before a job was done.");
        return Commands.NO_SUCH_REQUEST;
    }
}
