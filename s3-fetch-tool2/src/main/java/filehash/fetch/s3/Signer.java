package filehash.fetch.s3;

import filehash.job.HashMethod;
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
    /** It is cloned, because to look one up takes longer than the digest. */
    private final MessageDigest sha256;
    private volatile DayKey key = new DayKey("", "", null);
    private volatile Second second = new Second(0, TIME.format(Instant.EPOCH));

    /**
     * The signing key of one day.
     *
     * @param mac has the key; it is cloned
     */
    private record DayKey(String secret, String day, Mac mac) {
        boolean serves(String otherSecret, String otherDay) {
            return secret.equals(otherSecret) && day.equals(otherDay);
        }
    }

    /** The second of the last request, as S3 writes it. */
    private record Second(long number, String text) {
    }

    Signer(String host, String region, String service) {
        this.host = host;
        this.region = region;
        this.service = service;
        this.sha256 = HashMethod.SHA256.digest();
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
        String time = text(now);
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

    private String text(Instant now) {
        Second known = second;
        if (known.number != now.getEpochSecond()) {
            known = new Second(now.getEpochSecond(), TIME.format(now));
            second = known;
        }
        return known.text;
    }

    private Mac keyOf(String secret, String day) {
        DayKey known = key;
        if (!known.serves(secret, day)) {
            byte[] bytes = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
            for (String part : new String[] {day, region, service, TERMINATOR}) {
                bytes = hmac(mac(bytes), part);
            }
            known = new DayKey(secret, day, mac(bytes));
            key = known;
        }
        return known.mac;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private byte[] sha256(String text) {
        try {
            return ((MessageDigest) sha256.clone()).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e); // every JVM's own can be cloned
        }
    }

    private static byte[] hmac(Mac mac, String text) {
        try {
            return ((Mac) mac.clone()).doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e); // every JVM's own can be cloned
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
