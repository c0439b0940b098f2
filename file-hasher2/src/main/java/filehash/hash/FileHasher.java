package filehash.hash;

import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Sibling;
import filehash.program.Health;
import filehash.program.Program;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.util.function.Consumer;

/** The main class of file-hasher2. */
public final class FileHasher {
    private static final String NAME = "file-hasher2";
    private static final int HTTP_PORT = 8083;

    private FileHasher() {
    }

    public static void main(String[] arguments) {
        run(step -> {});
    }

    /** @param steps receives each step before it is taken: tests kill the program there */
    static void run(Consumer<String> steps) {
        Program.run(NAME, HTTP_PORT, (settings, signal) -> serve(settings, signal, steps));
    }

    private static int serve(Settings settings, StopSignal signal, Consumer<String> steps)
            throws IOException, InterruptedException {
        SharedDirectory directory = SharedDirectory.open(settings.sharedDir());
        try (Health health = Health.serve(settings.httpPort(), directory::problem)) {
            Consumer<String> beating = step -> {
                health.beat();
                steps.accept(step);
            };
            HasherCounts counts = new HasherCounts(health.metrics());
            try (Hasher hasher = new Hasher(directory, settings.hostname(), settings.filesLimit(), signal, beating,
                    counts)) {
                new Sibling<>(directory, NAME, PodFile.HASH_FIN, PodFile.HASH_STOP,
                        settings.maxAttempts(), signal).waiting(counts::waited).serve(health, hasher::run);
            }
        }
        return Program.DONE;
    }
}
