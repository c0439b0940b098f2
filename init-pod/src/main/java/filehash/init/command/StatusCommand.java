package filehash.init.command;

import filehash.init.command.screen.Output;
import filehash.init.command.screen.Paint;
import filehash.init.command.screen.Screen;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.Samples;
import filehash.init.command.survey.StatusSurvey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows requests, once or until one stands. */
@Command(name = "status", mixinStandardHelpOptions = true,
        description = "Shows how far requests are, oldest first, and those that were done last.")
final class StatusCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @ParentCommand
    private Commands parent;
    @Spec
    private CommandSpec spec;
    @Parameters(arity = "0..1", paramLabel = "ID", description = "Shows this request only, and more of it.")
    private String id;
    @Option(names = "--watch", description = "Shows it again every 2 s. With an ID it ends when the request does, or"
            + " when nothing goes on without a person.")
    private boolean watch;
    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Ends the watching of an ID with exit code 5"
            + " after so many seconds.")
    private Long timeout;
    @Option(names = "--json", description = "Prints a line of JSON; docs/COMMANDS.md lists its fields.")
    private boolean json;
    @Option(names = "--done", paramLabel = "N", defaultValue = "5",
            description = "How many of the requests that are done to show (default: ${DEFAULT-VALUE}).")
    private int done;
    @Option(names = "--columns", paramLabel = "N",
            description = "The width to draw for, where the terminal does not know it.")
    private Integer columns;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (id != null) {
            RequestCommand.requireId(spec, id);
        }
        if (done < 0) {
            throw new ParameterException(spec.commandLine(), "--done " + done + " is less than 0");
        }
        if (timeout != null && (id == null || !watch)) {
            throw new ParameterException(spec.commandLine(), "--timeout needs an ID and --watch");
        }
        Duration most = limit(spec, timeout);
        Shell shell = parent.shell();
        try (EtcdSession session = EtcdSession.open(shell); Output output = output(shell)) {
            return show(session, output, shell, watch ? most : Duration.ZERO);
        }
    }

    private Output output(Shell shell) {
        return json ? new Output.Lines(shell.out(), shell.err()) : drawn(shell, columns, watch);
    }

    private static Output drawn(Shell shell, Integer columns, boolean again) {
        return shell.terminal() ? new Output.Drawn(new Screen(shell.out(), columns), new Paint(shell.colours()), again)
                : new Output.Plain(shell.out(), shell.err());
    }

    private int show(EtcdSession session, Output output, Shell shell, Duration most)
            throws IOException, InterruptedException {
        StatusSurvey survey = new StatusSurvey(session.etcd(), session.tree());
        if (id != null) {
            return until(session, survey, output, shell, id, most);
        }
        Samples samples = new Samples(System::nanoTime);
        StatusSurvey.Found found = session.tried(() -> survey.all(done));
        output.show(found, false);
        while (watch && !shell.out().checkError()) { // the reader of a pipe has gone
            Thread.sleep(PAUSE.toMillis());
            try {
                found = session.tried(() -> survey.all(done));
                output.show(new StatusSurvey.Found(samples.add(found.open()), found.more(), found.done()), false);
            } catch (IOException e) {
                output.trouble(e.getMessage());
            }
        }
        return found.open().stream().anyMatch(RequestStatus::needsPerson) ? Commands.NEEDS_PERSON : Commands.DONE;
    }

    /** Shows a request until nothing more happens to it. */
    static int wait(EtcdSession session, Shell shell, String id, boolean json, Duration most)
            throws IOException, InterruptedException {
        try (Output output = json ? new Output.Lines(shell.out(), shell.err()) : drawn(shell, null, true)) {
            return until(session, new StatusSurvey(session.etcd(), session.tree()), output, shell, id, most);
        }
    }

    /** @param seconds null for no limit */
    static Duration limit(CommandSpec spec, Long seconds) {
        if (seconds != null && seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout " + seconds + " is less than 1");
        }
        return seconds == null ? Duration.ofDays(36_500) : Duration.ofSeconds(seconds);
    }

    /** @param most how long to watch; zero to look once */
    private static int until(EtcdSession session, StatusSurvey survey, Output output, Shell shell, String id,
            Duration most)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        Samples samples = new Samples(System::nanoTime);
        Optional<RequestStatus> found = session.tried(() -> survey.one(id));
        while (found.isPresent()) {
            List<RequestStatus> shown = samples.add(List.of(found.get()));
            output.show(new StatusSurvey.Found(shown, 0, List.of()), true);
            if (most.isZero() || found.get().stands() || shell.out().checkError()) {
                return exitCode(found.get());
            }
            if (System.nanoTime() - began >= most.toNanos()) {
                return Commands.STILL_OPEN;
            }
            Thread.sleep(PAUSE.toMillis());
            try {
                found = session.tried(() -> survey.one(id));
            } catch (IOException e) {
                output.trouble(e.getMessage());
            }
        }
        return RequestCommand.missing(shell, id);
    }

    private static int exitCode(RequestStatus request) {
        if (request.state() == RequestStatus.State.CANCELLED) {
            return Commands.NO_SUCH_REQUEST;
        }
        return request.needsPerson() || request.state() == RequestStatus.State.PAUSED ? Commands.NEEDS_PERSON
                : request.ended() && (request.tally().failed() > 0 || request.tally().objects() == 0)
                        ? Commands.OBJECTS_FAILED
                : Commands.DONE;
    }
}
