package filehash.init.command;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * From where a command was called. Output is UTF-8 whatever the locale says, because a container has none.
 *
 * @param terminal whether out is a terminal
 * @param asks whether a person can answer a question
 */
record Shell(Map<String, String> environment, PrintStream out, PrintStream err, BufferedReader in, boolean terminal,
        boolean asks) {

    static Shell here() {
        return new Shell(System.getenv(), utf8(FileDescriptor.out), utf8(FileDescriptor.err),
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), isTerminal(1),
                isTerminal(0) && isTerminal(2));
    }

    boolean colours() {
        String no = environment.get("NO_COLOR");
        return terminal && (no == null || no.isEmpty()) && !"dumb".equals(environment.get("TERM"));
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Judges by the name of its file, because the answer of System.console() depends on the version of Java. */
    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return file.matches("/dev/(pts/[0-9]+|tty.*|console)");
        } catch (IOException e) {
            return System.console() != null; // not Linux
        }
    }
}
