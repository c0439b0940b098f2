package filehash.fetch.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Tells a failure of the SDK's that may pass from one that will not; the one place where S3's errors are read. */
public final class S3Errors {
    private static final int LONGEST = 1000;
    private static final int LONGEST_BODY = 1 << 16;
    private static final String CODE = "Code";
    private static final String MESSAGE = "Message";
    private static final Set<String> TOLD = Set.of(CODE, MESSAGE);
    /** Of what stands before an S3: S3's own is 400, with a code. */
    private static final int REQUEST_TIMEOUT = 408;
    /** The server does not know what is asked for, which no other try will teach it. */
    private static final Set<Integer> UNKNOWN = Set.of(501, 505);
    /** Not of status 5xx, yet passing. */
    private static final Set<String> PASSING = Set.of("RequestTimeout", Refusal.EXPIRED_TOKEN, "RequestTimeTooSkewed",
            "RequestExpired", "RequestInTheFuture", "OperationAborted", "ConditionalRequestConflict");

    /** A host that nobody knows, a certificate that is not to be trusted. */
    private static final Set<Class<? extends IOException>> LASTING = Set.of(UnknownHostException.class,
            SSLHandshakeException.class, SSLPeerUnverifiedException.class);

    private S3Errors() {
    }

    /** S3 asks for fewer requests. */
    public static final class SlowDown extends IOException {
        private static final long serialVersionUID = 1;

        SlowDown(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A refusal, unless it comes from something that stands before S3 for a moment. */
    public static final class Doubtful extends IOException {
        private static final long serialVersionUID = 1;
        private final Refusal refusal;

        Doubtful(Refusal refusal) {
            super(refusal.getMessage(), refusal);
            this.refusal = refusal;
        }

        public Refusal refusal() {
            return refusal;
        }
    }

    /** It may pass, but it looks as what never does: a host that nobody knows, a token that nobody renews. */
    public static final class Lasting extends IOException {
        private static final long serialVersionUID = 1;

        public Lasting(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** One request, until its answer begins to come. */
    interface Request<T> {
        T send() throws IOException;
    }

    /**
     * What it gives, or the failure as {@link #read} has it.
     *
     * @param what is asked for, for people
     */
    static <T> T unless(String what, boolean tokenIsFixed, Request<T> request) throws IOException, Refusal {
        try {
            return request.send();
        } catch (SdkException e) {
            throw read(what, e, tokenIsFixed);
        } catch (IOException | UncheckedIOException e) { // unchecked when the connection breaks in the middle of a page
            throw broken(what, e);
        }
    }

    /** What an answer tells of an error. */
    static S3Exception error(HttpExecuteResponse answer) throws IOException {
        Map<String, String> told = told(answer.responseBody().orElseGet(AbortableInputStream::createEmpty));
        return (S3Exception) S3Exception.builder().statusCode(answer.httpResponse().statusCode())
                .awsErrorDetails(AwsErrorDetails.builder().sdkHttpResponse(answer.httpResponse())
                        .errorCode(told.get(CODE)).errorMessage(told.get(MESSAGE)).build()).build();
    }

    /** Nothing where it is not S3 that answers, but something before it. */
    private static Map<String, String> told(AbortableInputStream body) throws IOException {
        byte[] xml = body.readNBytes(LONGEST_BODY);
        if (xml.length < LONGEST_BODY) {
            body.close();
        } else {
            body.abort();
        }
        Map<String, String> told = new HashMap<>();
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT && TOLD.contains(reader.getLocalName())) {
                    told.putIfAbsent(reader.getLocalName(), reader.getElementText());
                }
            }
        } catch (XMLStreamException e) { // as by a key with control characters: what comes before it must do
        }
        return told;
    }

    /**
     * @param what was asked for, for people
     * @param tokenIsFixed whether nobody will renew an expired token while this attempt goes on
     * @return what may pass
     * @throws Refusal what will not
     */
    static IOException read(String what, SdkException e, boolean tokenIsFixed) throws Refusal {
        if (!(e instanceof S3Exception answer)) { // no answer at all, or from who gives credentials
            return broken(what, e);
        }
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = code(details);
        int status = answer.statusCode();
        String message = shown(what + ": " + status + " " + code
                + (details == null || details.errorMessage() == null ? "" : ": " + details.errorMessage()));
        if (status == 503 || status == 429 || answer.isThrottlingException()) {
            return new SlowDown(message, e);
        }
        boolean expired = code.equals(Refusal.EXPIRED_TOKEN);
        if (PASSING.contains(code) && !(expired && tokenIsFixed)) {
            return expired ? new Lasting(message, e) : new IOException(message, e);
        }
        Refusal refusal = new Refusal(message, status, code, isDeleteMarker(details));
        if (UNKNOWN.contains(status) || status < 500 && status != REQUEST_TIMEOUT && !refusal.isOfS3()) {
            return new Doubtful(refusal);
        }
        if (status >= 500 || status == REQUEST_TIMEOUT) {
            return new IOException(message, e);
        }
        throw refusal;
    }

    /** Without an answer, or in the middle of one. */
    static IOException broken(String what, Exception e) {
        String message = shown(what + ": " + (e instanceof UnknownHostException ? "no such host: " : "")
                + e.getMessage());
        return mayLast(e) ? new Lasting(message, e) : new IOException(message, e);
    }

    /** Neither a connection that broke nor a time that was over: credentials, a page that is no listing. */
    private static boolean mayLast(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (LASTING.stream().anyMatch(cause.getClass()::equals)) {
                return true;
            }
            if (cause instanceof IOException || cause instanceof ApiCallAttemptTimeoutException) {
                return false;
            }
        }
        return true;
    }

    /** Empty where there is none: it may not be S3 that answers. */
    private static String code(AwsErrorDetails details) {
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static boolean isDeleteMarker(AwsErrorDetails details) {
        return details != null && details.sdkHttpResponse() != null && details.sdkHttpResponse()
                .firstMatchingHeader("x-amz-delete-marker").filter("true"::equals).isPresent();
    }

    /** On one line, whatever a key or a server may hold. */
    private static String shown(String message) {
        String line = message.replaceAll("\\p{Cntrl}", "?");
        return line.substring(0, Math.min(LONGEST, line.length()));
    }
}
