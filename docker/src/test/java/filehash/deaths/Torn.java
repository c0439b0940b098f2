package filehash.deaths;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A directory after its machine has lost power: the names are there, and zeros where the contents were. */
final class Torn {
    private Torn() {
    }

    static void tear(Path directory) throws IOException {
        for (Path file : files(directory)) {
            Files.write(file, new byte[(int) Files.size(file)], StandardOpenOption.WRITE);
        }
    }

    /** How many complete objects lie there. */
    static int published(Path directory) throws IOException {
        return (int) files(directory).stream().filter(file -> file.getFileName().toString().indexOf('.') < 0).count();
    }

    /** Returns none before the pod has created the folder: a slow machine may reboot before that. */
    private static List<Path> files(Path directory) throws IOException {
        if (Files.notExists(directory.resolve("files"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory.resolve("files"))) {
            return files.toList();
        }
    }
}
