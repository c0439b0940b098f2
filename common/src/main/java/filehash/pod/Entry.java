package filehash.pod;

import java.nio.file.Path;

/**
 * One entry of files/: a complete object, the end of a large object's stream, or the failure of an object.
 *
 * @param failed whether the file holds a {@link Failure} instead of the object
 */
public record Entry(String name, Path file, boolean failed) {
    /** Whether the file holds a {@link StreamEnd}, because the object came in segments. */
    public boolean streamed() {
        return file.toString().endsWith(SharedDirectory.END);
    }
}
