package filehash.init.command;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A command that was called in this process, without a terminal, and what came of it. */
public record Called(int code, String out, String err) {
    public static Called with(Map<String, String> environment, String... args) {
        return answering(null, environment, args);
    }

    /** @param answer what a person types when asked; null if nobody can be asked */
    public static Called answering(String answer, Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Commands.run(new Shell(environment, stream(out), stream(err),
                new BufferedReader(new StringReader(answer == null ? "" : answer)), false, answer != null), args);
        return new Called(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
