package filehash.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * &lt;program&gt;.alive: a sibling touches it from its loop, so the file changes no more when the loop hangs. A touch
 * needs no room on a disk that is full. Immutable.
 */
public record SignOfLife(Path file) {

    /** Of this program in this directory. */
    public static SignOfLife of(SharedDirectory directory, String program) {
        return new SignOfLife(directory.path(program + ".alive"));
    }

    public void touch() throws IOException {
        if (!Files.exists(file)) {
            WholeFile.write(file, "");
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    /** Its clock may jump, so only a change of it counts. */
    public Optional<FileTime> touched() throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
