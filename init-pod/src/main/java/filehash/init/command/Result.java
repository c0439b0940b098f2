package filehash.init.command;

import filehash.init.command.survey.RequestStatus;
import filehash.program.Json;
import picocli.CommandLine.Option;

/** How a command prints what came of it: a line for people, or one of JSON. */
final class Result {
    @Option(names = "--json", description = "Prints a line of JSON; docs/COMMANDS.md lists its fields.")
    private boolean json;

    /** What became of one request. */
    record OfRequest(String id, RequestStatus.State state, int pods) {
    }

    boolean isJson() {
        return json;
    }

    void print(Shell shell, Object document, String text) {
        shell.out().println(json ? Json.write(document) : text);
    }
}
