package filehash.fetch.s3;

import filehash.pod.Failure;
import filehash.pod.GiveUp;
import java.util.Set;

/**
 * S3 answered, and asking again would give the same answer. What it says of an object becomes the object's class; what
 * it says of the credentials or the bucket ends the attempt.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    /** Of /conf's own token: the next attempt reads it anew. */
    static final String EXPIRED_TOKEN = "ExpiredToken";

    private static final Set<String> CREDENTIALS = Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch",
            "AuthorizationQueryParametersError", "InvalidToken", EXPIRED_TOKEN, "TokenRefreshRequired",
            "InvalidSecurity", "AccountProblem", "NotSignedUp", "InvalidPayer");
    /** The bucket is missing, closed, or in another region. */
    private static final Set<String> SOURCE = Set.of("NoSuchBucket", "AllAccessDisabled",
            "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect");

    /** No codes of S3's. */
    private static final String ALL = "(all)";
    private static final String INCOMPLETE = "(incomplete)";

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

    /** Whatever is asked for, it is of no use. */
    public static Refusal ofAll(String message) {
        return new Refusal(message, 0, ALL, false);
    }

    /** It gives the object, but never as long as it lists it. */
    public static Refusal incomplete(String message) {
        return new Refusal(message, 0, INCOMPLETE, false);
    }

    /** Whether it concerns no single object, but all that the attempt would ask for. */
    public boolean ofAttempt() {
        return ofConf() || SOURCE.contains(code);
    }

    /** The end of the attempt: all requests share the credentials, whatever else S3 refuses is of this request. */
    public GiveUp ends(String why) {
        return ofConf() ? GiveUp.conf(why) : GiveUp.root(why);
    }

    private boolean ofConf() {
        return CREDENTIALS.contains(code) || code.equals(ALL);
    }

    /** Whether it is S3 that speaks: by its code, or by what only it says. */
    boolean isOfS3() {
        return !code.isEmpty() || deleteMarker || otherVersion();
    }

    /** Whether the server cannot do what it was asked for. */
    boolean isOfServer() {
        return status >= 500;
    }

    /** Whether the object is no longer in the version that was asked for. */
    public boolean otherVersion() {
        return status == PRECONDITION_FAILED || status == RANGE_NOT_SATISFIABLE;
    }

    /** Whether it may be that no object at all is to be had. */
    public boolean isMatterOfRights() {
        return isMatterOfRights(kind());
    }

    /** Whether an object of that class may be one of many that the rights do not cover. */
    public static boolean isMatterOfRights(Failure.Kind kind) {
        return kind == Failure.Kind.DENIED || kind == Failure.Kind.REFUSED;
    }

    public Failure toFailure() {
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
            case INCOMPLETE -> Failure.Kind.INCOMPLETE;
            default -> otherVersion() ? Failure.Kind.CHANGED : Failure.Kind.REFUSED;
        };
    }
}
