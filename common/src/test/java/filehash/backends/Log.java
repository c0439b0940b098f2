package filehash.backends;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Records what this JVM logs while it is open, also what tests beside it log. Several may be open at once. The output
 * goes on to where it went before, and stays so for the rest of the JVM's life, because no order of closing would
 * give each back what it replaced.
 */
public final class Log implements AutoCloseable {
    private static final List<Log> OPEN = new CopyOnWriteArrayList<>();

    static {
        System.setErr(new PrintStream(new Tee(System.err), true, StandardCharsets.UTF_8));
    }

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();

    private Log() {
        OPEN.add(this);
    }

    public static Log open() {
        return new Log();
    }

    public String text() {
        return all.toString(StandardCharsets.UTF_8);
    }

    /** The number of lines that contain both. */
    public long lines(String some, String other) {
        return text().lines().filter(line -> line.contains(some) && line.contains(other)).count();
    }

    @Override
    public void close() {
        OPEN.remove(this);
    }

    private static final class Tee extends OutputStream {
        private final PrintStream before;

        Tee(PrintStream before) {
            this.before = before;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            before.write(bytes, from, length);
            OPEN.forEach(log -> log.all.write(bytes, from, length));
        }
    }
}
