package filehash.fetch.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs GETs by AWS Signature Version 4. The SDK's signer would do, but takes several times the CPU, because it serves
 * every service and kind of request. Thread-safe.
 */
final class Signer {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String TERMINATOR = "aws4_request";
    private static final String SHA_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DAY = "yyyyMMdd".length();

    private final String host;
    private final String region;
    private final String service;
    private volatile DayKey key = new DayKey("", "", new byte[0]);

    /** The signing key of one day. */
    private record DayKey(String secret, String day, byte[] bytes) {
        boolean serves(String otherSecret, String otherDay) {
            return secret.equals(otherSecret) && day.equals(otherDay);
        }
    }

    Signer(String host, String region, String service) {
        this.host = host;
        this.region = region;
        this.service = service;
    }

    /**
     * Adds the headers that S3 requires, and the signature over all of them and Host.
     *
     * @param path the encoded path; S3 signs a key as it stands
     * @param query the encoded query, sorted by its names; empty if there is none
     * @param headers those to sign, in an order that ignores case
     */
    void sign(String path, String query, SortedMap<String, String> headers, AwsCredentialsIdentity credentials,
            Instant now) {
        String time = TIME.format(now);
        String day = time.substring(0, DAY);
        headers.put("x-amz-date", time);
        headers.put("x-amz-content-sha256", SHA_OF_NOTHING);
        if (credentials instanceof AwsSessionCredentialsIdentity session) {
            headers.put("X-Amz-Security-Token", session.sessionToken());
        }
        headers.put("Host", host);
        StringBuilder names = new StringBuilder();
        StringBuilder canonical = new StringBuilder("GET\n").append(path).append('\n').append(query).append('\n');
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            names.append(names.isEmpty() ? "" : ";").append(name);
            canonical.append(name).append(':').append(canonical(header.getValue())).append('\n');
        }
        headers.remove("Host"); // the client sends it
        canonical.append('\n').append(names).append('\n').append(SHA_OF_NOTHING);
        String scope = day + "/" + region + "/" + service + "/" + TERMINATOR;
        String what = ALGORITHM + "\n" + time + "\n" + scope + "\n" + hex(sha256(canonical.toString()));
        String signature = hex(hmac(keyOf(credentials.secretAccessKey(), day), what));
        headers.put("Authorization", ALGORITHM + " Credential=" + credentials.accessKeyId() + "/" + scope
                + ", SignedHeaders=" + names + ", Signature=" + signature);
    }

    /** A value as it is signed: without blanks at its ends, and with one instead of several. */
    private static String canonical(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isWhitespace(value.charAt(i))) {
                return value.strip().replaceAll("\\s+", " ");
            }
        }
        return value;
    }

    private byte[] keyOf(String secret, String day) {
        DayKey known = key;
        if (!known.serves(secret, day)) {
            byte[] bytes = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
            for (String part : new String[] {day, region, service, TERMINATOR}) {
                bytes = hmac(bytes, part);
            }
            known = new DayKey(secret, day, bytes);
            key = known;
        }
        return known.bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
