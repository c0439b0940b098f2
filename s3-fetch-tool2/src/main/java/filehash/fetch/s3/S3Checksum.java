package filehash.fetch.s3;

import java.util.Locale;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * S3's checksum of a whole object.
 *
 * @param value in base64, as S3 writes it
 */
public record S3Checksum(ChecksumKind kind, String value) {
    /** Requests the checksum. The SDK's own method for it would make the SDK validate too, and not every kind. */
    static final String MODE = "x-amz-checksum-mode";
    static final String ENABLED = "ENABLED";

    /** Whether the server rejects the request only because of that header. */
    static boolean isUnknown(S3Exception error) {
        int status = error.statusCode();
        String message = error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorMessage();
        return (status == 400 || status == 501) && message != null
                && message.toLowerCase(Locale.ROOT).contains(MODE);
    }

    /**
     * Returns the checksum of the whole object, or null. A composite checksum, which ends in a hyphen and the number of
     * parts of a multipart upload, covers the checksums of the parts, not the object's bytes.
     *
     * @param header returns the value of a header, or null
     */
    static S3Checksum of(Function<String, String> header) {
        if ("COMPOSITE".equals(header.apply("x-amz-checksum-type"))) {
            return null;
        }
        for (ChecksumKind kind : ChecksumKind.values()) {
            String value = header.apply(kind.header());
            if (value != null && value.indexOf('-') < 0) {
                return new S3Checksum(kind, value);
            }
        }
        return null;
    }
}
