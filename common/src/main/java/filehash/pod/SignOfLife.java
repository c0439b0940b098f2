package filehash.pod;

import filehash.program.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * &lt;program&gt;.alive: a sibling touches this file in its loop, so that it no longer changes when the loop hangs. A
 * touch works even if the disk is full. The content says whether the program can plan; programs that know of no plans
 * leave it empty. Immutable.
 */
public record SignOfLife(Path file) {
    private static final String PLAN = "plan";

    /** The sign of life of this program. */
    public static SignOfLife of(SharedDirectory directory, String program) {
        return new SignOfLife(directory.path(program + ".alive"));
    }

    /** Says that the program is alive, and whether it can plan. */
    public void touch(boolean plans) throws IOException {
        if (!Files.exists(file)) {
            WholeFile.write(file, plans ? PLAN : "");
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        if (plans != plans()) {
            WholeFile.write(file, plans ? PLAN : "");
        }
    }

    /** Whether the program has said that it can plan. */
    public boolean plans() throws IOException {
        return WholeFile.read(file).filter(content -> content.strip().equals(PLAN)).isPresent();
    }

    /** When the file was touched. The clock may jump, so only a change of this time counts. */
    public Optional<FileTime> touched() throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
