package filehash.backends;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;

/**
 * The S3 server that FILEHASH_S3_ENDPOINT, FILEHASH_S3_KEY, FILEHASH_S3_SECRET and FILEHASH_S3_REGION name, else the
 * one of this JVM. It gets objects with names that some servers change. The programs must find those names that the AWS
 * SDK lists, with the content that was put there.
 */
public final class OtherS3 implements AutoCloseable {
    /** The number of objects whose listing has several pages. */
    public static final int OBJECTS = Integer.parseInt(Host.setting("FILEHASH_S3_OBJECTS", "1100"));

    private static final List<String> HOSTILE = List.of("0", "00", "ffff", "A", "z", "a", "a/", "a/b", "a//b", "a/b/c",
            "a b", "a  b", "a+b", "a%41", "%", "100%", "%2F", "%zz", "a&b=c;d?e#f", "it's", "a\"b", "a\\b", "a<b>",
            "[a]", "{a}", "~", "*", "!", "-rf", "x.part", "x.failed", "x.name", ".hidden", "..two", "two..", " lead",
            "trail ", "zero", "\u00e9", "e\u0301", "\u00ff", "\u00a0", "\u65e5\u672c/\u8a9e", "\u200b", "\u2028",
            "\ufeff", "\uff21", "\ufffd", "\ud83d\ude00", "\ud83d\ude00/x", "\udbff\udffd", "tab\there", "line\nfeed",
            "return\rx", "\u0001", "a\u0001b", "a\u007fb", "a\u0085b", "l".repeat(200), "long ".repeat(50),
            "d/".repeat(100) + "e", "\u65e5".repeat(60));
    private static final Map<String, ChecksumAlgorithm> CHECKED = Map.of("crc32", ChecksumAlgorithm.CRC32, "crc32c",
            ChecksumAlgorithm.CRC32_C, "sha1", ChecksumAlgorithm.SHA1, "sha256", ChecksumAlgorithm.SHA256);
    private static final Comparator<String> ORDER = Comparator.comparing(
            (String name) -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    private static final int PART = 35 << 20;

    private final URI endpoint;
    private final String key;
    private final String secret;
    private final boolean own;
    private final String bucket = "filehash-" + Long.toString(System.nanoTime(), 36);
    private final S3Client s3;

    private OtherS3(String endpoint, String key, String secret, boolean own) {
        this.endpoint = URI.create(endpoint);
        this.key = key;
        this.secret = secret;
        this.own = own;
        this.s3 = S3Client.builder().endpointOverride(this.endpoint).region(Region.of(region())).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false)).build();
        s3.createBucket(create -> create.bucket(bucket));
    }

    /** Creates a new bucket. */
    public static OtherS3 open() {
        String endpoint = Host.setting("FILEHASH_S3_ENDPOINT", "");
        if (endpoint.isEmpty()) {
            S3Server own = S3Server.shared();
            return new OtherS3(own.endpoint(), own.key(), own.secret(), true);
        }
        String key = Host.setting("FILEHASH_S3_KEY", "");
        return new OtherS3(endpoint, key, Host.setting("FILEHASH_S3_SECRET", ""), false);
    }

    public URI endpoint() {
        return endpoint;
    }

    public String region() {
        return Host.setting("FILEHASH_S3_REGION", "us-east-1");
    }

    public String key() {
        return key;
    }

    public String secret() {
        return secret;
    }

    public String bucket() {
        return bucket;
    }

    /**
     * Puts objects with hostile names below a root.
     *
     * @return the SHA-256 of each object that the server holds now, under its name after the root
     */
    public SortedMap<String, String> lay(String root) {
        hostile().forEach(name -> put(root, name, content(name), null));
        CHECKED.forEach((name, algorithm) -> put(root, name, content(name), algorithm));
        return held(root);
    }

    /** Also puts objects by multipart uploads, and so many further ones that their listing has several pages. */
    public SortedMap<String, String> layMany(String root) {
        IntStream.range(0, OBJECTS).parallel().mapToObj(OtherS3::numbered)
                .forEach(name -> put(root, name, content(name), null));
        put(root, "large", content("large"), null);
        putInParts(root + "large-in-parts", content("large-in-parts"));
        return lay(root);
    }

    private Stream<String> hostile() {
        return HOSTILE.stream().filter(name -> !own || name.matches("[ -~]{1,200}") && !name.startsWith("a/"));
    }

    @Override
    public void close() {
        s3.close();
    }

    private static String numbered(int i) {
        return String.format("%04x/%d", i * 23 % 65536, i);
    }

    /** Random content that follows from the name. */
    private static byte[] content(String name) {
        byte[] content = new byte[name.startsWith("large") ? 2 * PART
                : name.equals("zero") || name.endsWith("/") ? 0 : 1 + Math.floorMod(name.hashCode(), 3000)];
        new Random(name.hashCode()).nextBytes(content);
        return content;
    }

    private void put(String root, String name, byte[] content, ChecksumAlgorithm algorithm) {
        try {
            s3.putObject(put -> put.bucket(bucket).key(root + name).checksumAlgorithm(algorithm),
                    RequestBody.fromBytes(content));
        } catch (SdkException e) {
            System.out.println("not taken: '" + shown(name) + "': " + shown(e.getMessage()));
        }
    }

    private void putInParts(String name, byte[] content) {
        String upload = s3.createMultipartUpload(create -> create.bucket(bucket).key(name)).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int i = 0; i * PART < content.length; i++) {
            int part = i + 1;
            byte[] bytes = Arrays.copyOfRange(content, i * PART, part * PART);
            String etag = s3.uploadPart(send -> send.bucket(bucket).key(name).uploadId(upload).partNumber(part),
                    RequestBody.fromBytes(bytes)).eTag();
            parts.add(CompletedPart.builder().partNumber(part).eTag(etag).build());
        }
        s3.completeMultipartUpload(complete -> complete.bucket(bucket).key(name).uploadId(upload)
                .multipartUpload(all -> all.parts(parts)));
    }

    /** Removes objects that the server lists under another name or has changed. */
    private SortedMap<String, String> held(String root) {
        SortedMap<String, Long> listed = listed(root);
        Stream.concat(hostile(), CHECKED.keySet().stream())
                .filter(name -> listed.getOrDefault(name, -1L) != content(name).length)
                .forEach(name -> remove(root, name));
        SortedMap<String, String> held = new TreeMap<>(ORDER);
        listed(root).forEach((name, size) -> {
            byte[] content = content(name);
            if (content.length != size) {
                throw new AssertionError("the server lists '" + shown(name) + "' with " + size + " bytes");
            }
            held.put(name, sha256(content));
        });
        return held;
    }

    private void remove(String root, String name) {
        System.out.println("not held: '" + shown(name) + "'");
        try {
            s3.deleteObject(delete -> delete.bucket(bucket).key(root + name));
        } catch (SdkException e) {
            System.out.println("not removed: '" + shown(name) + "': " + shown(e.getMessage()));
        }
    }

    private SortedMap<String, Long> listed(String root) {
        SortedMap<String, Long> listed = new TreeMap<>(ORDER);
        s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(root).encodingType(EncodingType.URL)).contents()
                .forEach(object -> listed.put(object.key().substring(root.length()), object.size()));
        listed.remove(""); // the folder itself
        return listed;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** In ASCII. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            shown.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : String.format("\\x%02x", b));
        }
        return shown.substring(0, Math.min(300, shown.length()));
    }
}
