package filehash.backends;

import java.io.IOException;

/** A thread of a test's server, which ends with the connection or the listener that it serves. */
public final class Daemon {
    private Daemon() {
    }

    /** What it does until one of the two ends closes. */
    public interface Task {
        void run() throws IOException;
    }

    public static void start(String name, Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) { // one of the two ends has closed
                return;
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
    }
}
