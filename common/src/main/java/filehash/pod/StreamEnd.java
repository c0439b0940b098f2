package filehash.pod;

/**
 * The content of an .end entry: a large object has arrived whole, and its checksum was right.
 *
 * @param stream the stream whose segments are the object
 * @param segments their number
 */
public record StreamEnd(String stream, int segments, long bytes) {
}
