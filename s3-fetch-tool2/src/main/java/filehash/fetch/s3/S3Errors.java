package filehash.fetch.s3;

import filehash.fetch.http.NoTunnel;
import filehash.fetch.http.Response;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
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
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Classifies failures of requests: which may pass, and which will not. The only place that reads S3's errors. */
public final class S3Errors {
    private static final int LONGEST = 1000;
    private static final int LONGEST_BODY = 1 << 16;
    private static final String CODE = "Code";
    private static final String MESSAGE = "Message";
    private static final Set<String> FIELDS = Set.of(CODE, MESSAGE);
    /** Sent by proxies in front of S3; S3's own request timeout is a 400 with a code. */
    private static final int REQUEST_TIMEOUT = 408;
    /** The server does not support the request, so a retry fails too. */
    private static final Set<Integer> UNKNOWN = Set.of(501, 505);
    /** Codes that pass, although their status is not 5xx: an error within a page has the status 200. */
    private static final Set<String> PASSING = Set.of("InternalError", "RequestTimeout", Refusal.EXPIRED_TOKEN,
            "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "OperationAborted",
            "ConditionalRequestConflict");

    /** No such host; a proxy that refuses to connect; a certificate that is not trusted; something else than a page. */
    private static final Set<Class<? extends IOException>> LASTING = Set.of(UnknownHostException.class,
            NoTunnel.class, SSLHandshakeException.class, SSLPeerUnverifiedException.class, PageReader.Malformed.class);

    private S3Errors() {
    }

    /** S3 throttles. */
    public static final class SlowDown extends IOException {
        private static final long serialVersionUID = 1;

        SlowDown(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A refusal that may come from a proxy in front of S3, and pass. */
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

    /** A failure that may pass but probably will not: an unknown host, an expired token. */
    public static final class Lasting extends IOException {
        private static final long serialVersionUID = 1;

        public Lasting(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Sends one request and returns when the response begins. */
    interface Request<T> {
        T send() throws IOException;
    }

    /**
     * Sends a request and classifies its failure, as {@link #classified} does.
     *
     * @param what the request, as messages name it
     */
    static <T> T sent(String what, boolean hasStaticToken, Request<T> request) throws IOException, Refusal {
        try {
            return request.send();
        } catch (SdkException e) {
            throw classified(what, e, hasStaticToken);
        } catch (IOException e) {
            throw broken(what, e);
        }
    }

    /** Reads an error response. */
    static S3Exception error(Response response) throws IOException {
        SdkHttpResponse.Builder head = SdkHttpResponse.builder().statusCode(response.status());
        response.headers().forEach(head::putHeader);
        Map<String, String> fields = fields(response);
        return (S3Exception) S3Exception.builder().statusCode(response.status())
                .awsErrorDetails(AwsErrorDetails.builder().sdkHttpResponse(head.build())
                        .errorCode(fields.get(CODE)).errorMessage(fields.get(MESSAGE)).build())
                .build();
    }

    /** Empty if the response came from a proxy rather than from S3. */
    private static Map<String, String> fields(Response response) throws IOException {
        byte[] xml;
        try (response) {
            xml = response.body().readNBytes(LONGEST_BODY);
        }
        Map<String, String> fields = new HashMap<>();
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT && FIELDS.contains(reader.getLocalName())) {
                    fields.putIfAbsent(reader.getLocalName(), reader.getElementText());
                }
            }
        } catch (XMLStreamException e) { // such as a key with control characters: the fields before it are kept
        }
        return fields;
    }

    /**
     * @param what the request, as messages name it
     * @param hasStaticToken whether an expired token stays expired for the whole attempt
     * @return a failure that may pass
     * @throws Refusal a failure that will not pass
     */
    private static IOException classified(String what, SdkException e, boolean hasStaticToken) throws Refusal {
        if (!(e instanceof S3Exception answer)) { // no response, or a failure of the credentials provider
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
        if (PASSING.contains(code) && !(expired && hasStaticToken)) {
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

    /** Classifies a failure without a response, or within one. */
    static IOException broken(String what, Exception e) {
        String message = shown(what + ": " + (e instanceof UnknownHostException ? "no such host: " : "")
                + e.getMessage());
        return mayLast(e) ? new Lasting(message, e) : new IOException(message, e);
    }

    /** Whether it is neither a broken connection nor a timeout: missing credentials, a page that does not parse. */
    private static boolean mayLast(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (LASTING.stream().anyMatch(cause.getClass()::equals)) {
                Throwable why = cause.getCause(); // a connection that breaks during the TLS handshake is an outage
                return !(why instanceof EOFException || why instanceof SocketException);
            }
            if (cause instanceof IOException) {
                return false;
            }
        }
        return true;
    }

    /** Empty if there is none: the response may not be from S3. */
    private static String code(AwsErrorDetails details) {
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static boolean isDeleteMarker(AwsErrorDetails details) {
        return details != null && details.sdkHttpResponse() != null && details.sdkHttpResponse()
                .firstMatchingHeader("x-amz-delete-marker").filter("true"::equals).isPresent();
    }

    /** One line of bounded length, whatever a key or a server contains. */
    private static String shown(String message) {
        String line = message.replaceAll("\\p{Cntrl}", "?");
        return line.substring(0, Math.min(LONGEST, line.length()));
    }
}
