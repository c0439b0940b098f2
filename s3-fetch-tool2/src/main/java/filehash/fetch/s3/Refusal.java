package filehash.fetch.s3;

import filehash.pod.Failure;
import filehash.pod.GiveUp;
import java.util.Set;

/**
 * A response of S3 that a retry would not change. If it concerns an object, it becomes the class of that object's
 * failure; if it concerns the credentials or the bucket, it ends the attempt.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    /** The token of /conf has expired. The next attempt reads the token again. */
    static final String EXPIRED_TOKEN = "ExpiredToken";

    private static final Set<String> CREDENTIALS = Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch",
            "AuthorizationQueryParametersError", "InvalidToken", EXPIRED_TOKEN, "TokenRefreshRequired",
            "InvalidSecurity", "AccountProblem", "NotSignedUp", "InvalidPayer");
    /** The bucket is missing, closed, or in another region. */
    private static final Set<String> SOURCE = Set.of("NoSuchBucket", "AllAccessDisabled",
            "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect");

    /** Our own codes, which S3 cannot send. */
    private static final String ALL = "(all)";
    private static final String INCOMPLETE = "(incomplete)";

    private static final int OK = 200;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416; // the object is shorter than the listed version

    private final int status;
    private final String code;
    private final boolean deleteMarker;

    /** @param code S3's error code, or empty if the response has none */
    Refusal(String message, int status, String code, boolean deleteMarker) {
        super(message);
        this.status = status;
        this.code = code;
        this.deleteMarker = deleteMarker;
    }

    /** S3 refuses every request. */
    public static Refusal ofAll(String message) {
        return new Refusal(message, 0, ALL, false);
    }

    /** The object no longer has the requested version. */
    static Refusal ofOtherVersion(String message) {
        return new Refusal(message, PRECONDITION_FAILED, "", false);
    }

    /** The response may not be S3's. */
    static Refusal ofNoVersion(String message) {
        return new Refusal(message, OK, "", false);
    }

    /** The server lists something else than requested. */
    static Refusal ofListing(String message) {
        return new Refusal(message, OK, "", false);
    }

    /** The body never has the listed length. */
    public static Refusal incomplete(String message) {
        return new Refusal(message, 0, INCOMPLETE, false);
    }

    /** Whether it concerns every request of the attempt rather than one object. */
    public boolean ofAttempt() {
        return ofConf() || SOURCE.contains(code);
    }

    /** Ends the attempt: as a fault of /conf if it concerns the credentials, which all requests share. */
    public GiveUp ends(String why) {
        return ofConf() ? GiveUp.conf(why) : GiveUp.root(why);
    }

    private boolean ofConf() {
        return CREDENTIALS.contains(code) || code.equals(ALL);
    }

    /** Whether S3 itself sent it rather than a proxy: it has a code, or is of a kind that only S3 sends. */
    boolean isOfS3() {
        return !code.isEmpty() || deleteMarker || otherVersion();
    }

    /** Whether the server lacks the requested function. */
    boolean isOfServer() {
        return status >= 500;
    }

    /** Whether the object no longer has the requested version. */
    public boolean otherVersion() {
        return status == PRECONDITION_FAILED || status == RANGE_NOT_SATISFIABLE;
    }

    /** Whether it may be the rights that are wrong, and with them every object that is refused. */
    public boolean isMatterOfRights() {
        return isMatterOfRights(kind());
    }

    /** Whether objects of this class may be refused because of wrong rights. */
    public static boolean isMatterOfRights(Failure.Kind kind) {
        return kind == Failure.Kind.DENIED || kind == Failure.Kind.REFUSED;
    }

    /** Whether S3 sends it only to users who may read the object. */
    public boolean provesRights() {
        return kind() == Failure.Kind.ARCHIVED || kind() == Failure.Kind.SSE_C;
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
