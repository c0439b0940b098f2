package filehash.backends;

import java.util.Map;
import java.util.TreeMap;

/**
 * An object of {@link FakeS3}.
 *
 * @param etag with its quotes, or null
 * @param headers sent with each response that carries the whole object
 */
public record FakeObject(byte[] content, String etag, Map<String, String> headers) {
    /** The header that says it; LIST says it too. */
    public static final String STORAGE_CLASS = "x-amz-storage-class";

    /** An object whose version follows from its content. */
    public static FakeObject of(byte[] content) {
        return new FakeObject(content, '"' + Contents.sha256(content).substring(0, 32) + '"', Map.of());
    }

    public FakeObject with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new FakeObject(content, etag, more);
    }

    public FakeObject withoutEtag() {
        return new FakeObject(content, null, headers);
    }
}
