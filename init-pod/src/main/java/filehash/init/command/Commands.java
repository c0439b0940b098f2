package filehash.init.command;

import filehash.log.LogLines;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands, and how each outcome becomes an exit code. */
@Command(name = "filehash", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
        description = "Puts requests to hash folders of S3, and shows how far they are.",
        synopsisSubcommandLabel = "COMMAND", footerHeading = "%n",
        footer = {"The variables ETCD_ENDPOINTS, ETCD_PREFIX, ETCD_USER, ETCD_PASSWORD,",
                "ETCD_CACERT, ETCD_CERT and ETCD_KEY say where etcd is, as for a pod.", "",
                "Exit codes: 0 what was asked is so; 1 it failed; 2 a person has to act: a",
                "request is bad, paused, or cannot be planned, or jobs are parked; 3 done,",
                "but objects failed, or there are none; 4 there is no such request; 5 it",
                "still goes on after --timeout; 64 wrong usage or setting; 130 Ctrl-C."},
        subcommands = {SubmitCommand.class, EstimateCommand.class, StatusCommand.class, CancelCommand.class,
                PauseCommand.class, ResumeCommand.class, RetryCommand.class,
                CheckCommand.class, PageCommand.class})
public final class Commands implements Runnable {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int NEEDS_PERSON = 2;
    static final int OBJECTS_FAILED = 3;
    static final int NO_SUCH_REQUEST = 4;
    static final int STILL_OPEN = 5;
    static final int USAGE = 64;

    private final Shell shell;
    @Spec
    private CommandSpec spec;

    private Commands(Shell shell) {
        this.shell = shell;
    }

    /** @return the exit code */
    public static int run(String... args) {
        LogLines.from("warn");
        return run(Shell.here(), args);
    }

    static int run(Shell shell, String... args) {
        return line(shell).execute(args);
    }

    static CommandLine line(Shell shell) {
        CommandLine line = new CommandLine(new Commands(shell));
        line.setOut(new PrintWriter(shell.out(), true)).setErr(new PrintWriter(shell.err(), true))
                .setUsageHelpWidth(80).setColorScheme(CommandLine.Help.defaultColorScheme(
                        shell.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler((e, args) -> {
            shell.err().println(e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, shell.err());
            shell.err().println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
            return USAGE;
        });
        line.setExecutionExceptionHandler((e, where, parsed) -> failed(shell, e));
        return line;
    }

    private static int failed(Shell shell, Exception error) throws Exception {
        if (error instanceof IOException) {
            shell.err().println(error.getMessage());
            return FAILED;
        }
        if (error instanceof IllegalArgumentException) {
            error.getMessage().lines().forEach(line -> shell.err().println("wrong setting: " + line));
            return USAGE;
        }
        throw error;
    }

    Shell shell() {
        return shell;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command: one of "
                + String.join(", ", spec.subcommands().keySet()));
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"filehash " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
