package filehash.pod;

import java.nio.file.Path;

/**
 * One entry of files/: a complete object, or the failure of an object.
 *
 * @param failed whether the file holds a {@link Failure} instead of the object
 */
public record Entry(String name, Path file, boolean failed) {
}
