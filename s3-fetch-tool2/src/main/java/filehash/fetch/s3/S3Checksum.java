package filehash.fetch.s3;

import java.util.Locale;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What S3 itself says of a whole object's content.
 *
 * @param value in base64, as S3 writes it
 */
public record S3Checksum(ChecksumKind kind, String value) {
    /** The header that asks for it: asked by its method for that, the SDK would check too, and not all of the kinds. */
    static final String MODE = "x-amz-checksum-mode";
    static final String ENABLED = "ENABLED";

    /** Whether the server refuses the request only for that header. */
    static boolean isUnknown(S3Exception error) {
        int status = error.statusCode();
        String message = error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorMessage();
        return (status == 400 || status == 501) && message != null
                && message.toLowerCase(Locale.ROOT).contains(MODE);
    }

    /**
     * What an answer says about a whole object, or null. The checksum of the checksums of a multipart upload, with the
     * number of parts behind a hyphen, says nothing about the whole.
     *
     * @param header gives a header's value or null
     */
    static S3Checksum of(Function<String, String> header) {
        if ("COMPOSITE".equals(header.apply("x-amz-checksum-type"))) {
            return null;
        }
        for (ChecksumKind kind : ChecksumKind.values()) {
            String value = header.apply("x-amz-checksum-" + kind.name().toLowerCase(Locale.ROOT));
            if (value != null && value.indexOf('-') < 0) {
                return new S3Checksum(kind, value);
            }
        }
        return null;
    }
}
