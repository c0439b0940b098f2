package filehash.hash;

import filehash.backends.Await;
import filehash.backends.Log;
import java.time.Duration;

/** The log of the program. */
public final class Logs {
    private Logs() {
    }

    public interface Work {
        void run() throws Exception;
    }

    public static String of(Work work) throws Exception {
        try (Log log = Log.open()) {
            work.run();
            return log.text();
        }
    }

    /** Starts some work, and waits until it logs these words. */
    public static void until(String words, Duration bound, Work begin) throws Exception {
        try (Log log = Log.open()) {
            begin.run();
            Await.until("'" + words + "' is logged", bound, () -> log.text().contains(words));
        }
    }
}
