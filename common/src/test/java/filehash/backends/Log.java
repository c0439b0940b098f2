package filehash.backends;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Records what this JVM logs while it is open, also what tests beside it log. Several may be open at once. The output
 * goes on to where it went before, and stays so for the rest of the JVM's life, because no order of closing would
 * give each back what it replaced.
 */
public final class Log implements AutoCloseable {
    private static final List<Log> OPEN = new CopyOnWriteArrayList<>();
    /** The log of the test to which a thread belongs, by the thread that started it. */
    private static final ThreadLocal<Log> OF_TEST = new InheritableThreadLocal<>();
    private static final PrintStream BEFORE = System.err;
    /** As many lines as ./test prints. */
    private static final int SHOWN = 25;
    private static final int SHOWN_OF_FILE = 5;

    static {
        System.setErr(new PrintStream(new Tee(), true, StandardCharsets.UTF_8));
    }

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final CopyOnWriteArrayList<Path> files = new CopyOnWriteArrayList<>();

    private Log() {
    }

    public static Log open() {
        Log log = new Log();
        OPEN.add(log);
        return log;
    }

    /** From now on keeps what this thread logs, and those that it starts. */
    static void beginTest() {
        OF_TEST.set(new Log());
    }

    /** The file belongs to a process of this test, of which a failure then shows the last lines. */
    public static void follow(Path file) {
        Log test = OF_TEST.get();
        if (test != null) {
            test.files.addIfAbsent(file);
        }
    }

    /** Prints the last lines that the threads and processes of this test have logged, also if others ran beside it. */
    static void showTest() throws IOException {
        Log test = OF_TEST.get();
        List<Path> files = test.files.stream().filter(Files::exists)
                .sorted(Comparator.comparing(file -> file.toFile().lastModified())).toList();
        int own = files.isEmpty() ? SHOWN : SHOWN_OF_FILE;
        List<String> shown = new ArrayList<>(last(own, test.text().lines().toList()));
        for (Path file : last(SHOWN / SHOWN_OF_FILE - 1, files)) {
            shown.add("== " + file);
            shown.addAll(last(SHOWN_OF_FILE - 1, Files.readAllLines(file, StandardCharsets.ISO_8859_1)));
        }
        BEFORE.println(String.join("\n", shown));
    }

    private static <T> List<T> last(int most, List<T> all) {
        return all.subList(Math.max(0, all.size() - most), all.size());
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
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            BEFORE.write(bytes, from, length);
            OPEN.forEach(log -> log.all.write(bytes, from, length));
            Log test = OF_TEST.get();
            if (test != null) {
                test.all.write(bytes, from, length);
            }
        }
    }
}
