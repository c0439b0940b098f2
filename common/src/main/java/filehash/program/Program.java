package filehash.program;

import filehash.log.LogLines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frame of a main method: it reads the settings, runs the work, and maps the outcome to an exit code and, after a
 * failure, one message.
 */
public final class Program {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int JOBS_PARKED = 2;
    public static final int WRONG_SETTING = 64;

    private Program() {
    }

    /** The work of a program, until it is done or the signal comes. */
    public interface Body {
        /** @return the exit code */
        int run(Settings settings, StopSignal signal) throws Exception;
    }

    /** Runs a program and exits. After SIGTERM the JVM itself exits, with 143. */
    public static void run(String name, int httpPort, Body body) {
        Settings settings = null;
        String problems = "";
        if (Settings.inJson(System.getenv())) { // also what is wrong with the settings
            LogLines.inJson(name, Settings.pod(System.getenv()));
        }
        try {
            settings = Settings.read(System.getenv(), httpPort);
            LogLines.from(settings.logLevel());
        } catch (IllegalArgumentException e) {
            problems = e.getMessage();
        }
        Logger log = LoggerFactory.getLogger(Program.class);
        problems.lines().forEach(problem -> log.error("wrong setting: {}", problem));
        StopSignal signal = StopSignal.onSignal();
        int code = settings == null ? WRONG_SETTING : outcome(name, settings, body, signal, log);
        boolean signalled = signal.requested();
        signal.ended();
        if (!signalled) {
            System.exit(code);
        }
    }

    private static int outcome(String name, Settings settings, Body body, StopSignal signal, Logger log) {
        try {
            log.info("{} {} on {}, Java {}, shared directory {}", name, version(), settings.hostname(),
                    Runtime.version().feature(), settings.sharedDir());
            int code = body.run(settings, signal);
            log.info("{} ends: {}", name, signal.requested() ? "stopped by a signal"
                    : code == JOBS_PARKED ? "nothing is outstanding, but jobs were parked meanwhile"
                    : "nothing is left to do");
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // only a failing library interrupts the main thread
            log.error("{} was interrupted", name);
            return FAILED;
        } catch (Exception | Error e) { // the last place that can report it
            boolean clear = e instanceof Exception && e.getMessage() != null; // an Error's may be only a class name
            log.error("{} fails: {}", name, clear ? e.getMessage() : e.toString());
            log.debug("{} fails here", name, e);
            return FAILED;
        }
    }

    public static String version() {
        String version = Program.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}
