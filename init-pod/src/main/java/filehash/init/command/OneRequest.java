package filehash.init.command;

import filehash.init.command.screen.Cells;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The argument of the commands that are about one request: its id. */
final class OneRequest {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;
    @Parameters(paramLabel = "ID", description = "The request.")
    private String id;

    /** @throws ParameterException if no request can have this id */
    String id() {
        require(spec, id);
        return id;
    }

    /** @throws ParameterException if no request can have this id */
    static void require(CommandSpec spec, String id) {
        if (id.isBlank() || id.contains("/")) {
            throw new ParameterException(spec.commandLine(), "'" + Cells.shown(id) + "' is no id of a request: it is"
                    + " blank or holds a slash");
        }
    }

    /** @return the exit code */
    static int reportMissing(Shell shell, String id) {
        shell.err().println("There is no request " + Cells.shown(id)
                + ": it was never put, or was cancelled before a job was done.");
        return Commands.NO_SUCH_REQUEST;
    }
}
