package filehash.hash;

import filehash.backends.Await;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The log of the program. */
public final class Logs {
    private Logs() {
    }

    public interface Work {
        void run() throws Exception;
    }

    public static String of(Work work) throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        into(log, work);
        return log.toString(StandardCharsets.UTF_8);
    }

    /** Starts some work, and waits until it logs these words. */
    public static void until(String words, Duration bound, Work begin) throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        into(log, () -> {
            begin.run();
            Await.until("'" + words + "' is logged", bound,
                    () -> log.toString(StandardCharsets.UTF_8).contains(words));
        });
    }

    private static void into(ByteArrayOutputStream log, Work work) throws Exception {
        PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
    }
}
