package filehash.deaths;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Sends signals that Java cannot send, by one shell that stays open: a process freezes within a millisecond. */
final class Signals {
    private static final Signals SHELL = open();

    private final Writer commands;
    private final BufferedReader answers;

    private Signals(Process shell) {
        this.commands = shell.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Sends it to all processes that still run, in one step. */
    static void send(String signal, List<Long> pids) throws IOException {
        if (!pids.isEmpty()) {
            SHELL.say("kill -" + signal + " " + pids.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
    }

    private synchronized void say(String command) throws IOException {
        commands.write(command + " 2>/dev/null; echo\n");
        commands.flush();
        answers.readLine();
    }

    private static Signals open() {
        try {
            return new Signals(new ProcessBuilder("/bin/sh").redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            throw new IllegalStateException("no /bin/sh", e);
        }
    }
}
