package filehash.hash;

import filehash.pod.Health;
import filehash.pod.Program;
import filehash.pod.Settings;
import filehash.pod.SharedDirectory;
import filehash.pod.Sibling;
import filehash.pod.Stop;
import java.io.IOException;

/** The container's main. */
public final class FileHasher {
    private static final String NAME = "file-hasher2";
    private static final int HTTP_PORT = 8083;

    private FileHasher() {
    }

    public static void main(String[] arguments) {
        Program.run(NAME, HTTP_PORT, FileHasher::run);
    }

    private static int run(Settings settings, Stop signal) throws IOException, InterruptedException {
        SharedDirectory directory = SharedDirectory.open(settings.sharedDir());
        try (Health health = Health.serve(settings.httpPort(), directory::problem)) {
            Hasher hasher = new Hasher(directory, settings.hostname(), signal, step -> health.beat());
            new Sibling(directory, NAME, SharedDirectory.HASH_FIN, SharedDirectory.HASH_STOP, settings.maxAttempts(),
                    signal).serve(health, hasher::run);
        }
        return Program.DONE;
    }
}
