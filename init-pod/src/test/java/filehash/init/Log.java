package filehash.init;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Records what is logged meanwhile, by concurrent tests too, and passes it on. Only one at a time. */
final class Log implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();

    private Log() {
    }

    static Log open() {
        Log log = new Log();
        System.setErr(new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                log.before.write(b);
                log.all.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                log.before.write(bytes, from, length);
                log.all.write(bytes, from, length);
            }
        }, true, StandardCharsets.UTF_8));
        return log;
    }

    /** The number of lines that contain both. */
    long lines(String some, String other) {
        return all.toString(StandardCharsets.UTF_8).lines()
                .filter(line -> line.contains(some) && line.contains(other)).count();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
