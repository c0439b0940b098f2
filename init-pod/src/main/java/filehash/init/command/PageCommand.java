package filehash.init.command;

import filehash.init.etcd.Etcd;
import filehash.init.page.StatusPage;
import filehash.program.Program;
import java.net.InetSocketAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves the status page until a signal comes: as a program with a log, not as a command that prints. */
@Command(name = "page", mixinStandardHelpOptions = true,
        description = "Serves a page that shows all requests to whoever can reach it. It has no login, shows no secret"
                + " and changes nothing.")
final class PageCommand implements Runnable {
    private static final int HIGHEST_PORT = 65_535;

    @Spec
    private CommandSpec spec;
    @Option(names = "--port", paramLabel = "N", defaultValue = "8084",
            description = "The port (default: ${DEFAULT-VALUE}).")
    private int port;
    @Option(names = "--address", paramLabel = "A", defaultValue = "127.0.0.1",
            description = "The address to listen on (default: ${DEFAULT-VALUE}, for this machine alone); 0.0.0.0 for"
                    + " all.")
    private String address;

    @Override
    public void run() {
        if (port < 1 || port > HIGHEST_PORT) {
            throw new ParameterException(spec.commandLine(), "--port " + port + " is not from 1 to " + HIGHEST_PORT);
        }
        Program.run("page", 0, (settings, signal) -> StatusPage.run(settings, new InetSocketAddress(address, port),
                Etcd.Line.DIRECT, signal));
    }
}
