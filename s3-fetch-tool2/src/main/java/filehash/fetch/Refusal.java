package filehash.fetch;

import filehash.pod.Failure;
import java.util.Set;

/**
 * S3 answered, and asking again would give the same answer. What it says of an object becomes the object's class; what
 * it says of the credentials or the bucket ends the attempt.
 */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    /** Of /conf's own token: the next attempt reads it anew. */
    static final String EXPIRED_TOKEN = "ExpiredToken";

    private static final Set<String> CONF = Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch",
            "AuthorizationHeaderMalformed", "InvalidToken", EXPIRED_TOKEN, "NoSuchBucket");

    static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416; // it is shorter than was listed

    private final int status;
    private final String code;
    private final boolean deleteMarker;

    /** @param code S3's word for it, or empty where the answer did not tell it */
    Refusal(String message, int status, String code, boolean deleteMarker) {
        super(message);
        this.status = status;
        this.code = code;
        this.deleteMarker = deleteMarker;
    }

    /** Whether it is not this object's matter but that of what /conf says. */
    boolean ofConf() {
        return CONF.contains(code);
    }

    /** Whether the object is no longer in the version that was asked for. */
    boolean otherVersion() {
        return status == PRECONDITION_FAILED || status == RANGE_NOT_SATISFIABLE;
    }

    Failure toFailure() {
        return new Failure(kind(), getMessage());
    }

    private Failure.Kind kind() {
        if (code.equals("NoSuchKey") || deleteMarker) {
            return Failure.Kind.GONE;
        }
        if (code.equals("InvalidRequest") && getMessage().contains("Server Side Encryption")) {
            return Failure.Kind.SSE_C; // S3 has no code of its own for a missing customer key
        }
        return switch (code) {
            case "InvalidObjectState" -> Failure.Kind.ARCHIVED;
            case "AccessDenied" -> Failure.Kind.DENIED;
            default -> otherVersion() ? Failure.Kind.CHANGED : Failure.Kind.REFUSED;
        };
    }
}
