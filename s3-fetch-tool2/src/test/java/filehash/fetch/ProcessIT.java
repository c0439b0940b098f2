package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Contents;
import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.backends.Log;
import filehash.fetch.s3.AwsCertificate;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.Tunnel;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.pod.Stopped;
import filehash.program.Secret;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process with its own environment: how it reaches AWS, and how it ends. */
class ProcessIT {
    private static final Duration BOUND = Await.BOUND;
    private static final byte[] CONTENT = Contents.random(1, 5000);
    private static final String SECRET = "wJalr-the-secret";
    private static final String TOKEN = "the-session-token";
    /** The SDK treats credentials that are valid for only one more minute as expired. */
    private static final Duration STALE = Duration.ofMinutes(1);
    private static final Duration NEARLY_EXPIRED = STALE.plusSeconds(2);

    @TempDir
    static Path certificate;
    private static AwsCertificate tls;
    @TempDir
    Path root;
    private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger given = new AtomicInteger();
    private volatile Instant expiry;
    private FakeS3 s3;
    private Tunnel tunnel;
    private FetcherPod pod;
    private Process process;
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeAll
    static void make() throws Exception {
        tls = AwsCertificate.make(certificate);
    }

    @BeforeEach
    void start() throws Exception {
        ServerSocket listener = tls.listen();
        s3 = new FakeS3(listener);
        s3.objects().put("photos/a", FakeObject.of(CONTENT));
        s3.fails(exchange -> {
            authorizations.add(exchange.header("Authorization").replaceAll("/2\\d+|,.*", ""));
            tokens.add(String.valueOf(exchange.header("x-amz-security-token")));
            return false;
        });
        tunnel = new Tunnel(listener.getLocalPort());
        pod = new FetcherPod(Files.createDirectory(root.resolve("dat")), 10, 1 << 20);
    }

    @AfterEach
    void end() throws Exception {
        end.countDown();
        process.destroyForcibly().waitFor();
        assertFalse(log().contains(SECRET) || log().contains(TOKEN), log());
        pod.close();
        tunnel.close();
        s3.close();
    }

    @Test
    void aws_isCalledByBucketAndRegionInTheHostNameWithKeysOfTheEnvironment() throws Exception {
        start(List.of(), Map.of("AWS_CA_BUNDLE", tls.pem().toString(), "AWS_ACCESS_KEY_ID", "AKIDENV",
                "AWS_SECRET_ACCESS_KEY", SECRET, "AWS_SESSION_TOKEN", TOKEN));
        assertFetches(aws());
        assertEquals(Set.of("bucket.s3.eu-west-1.amazonaws.com"), tunnel.hosts());
        assertEquals(Set.of("Basic " + Base64.getEncoder().encodeToString("user:pa:ss".getBytes())), tunnel.users());
        assertFalse(log().contains("pa:ss") || log().contains("pa%3Ass"), log());
        assertEquals(Set.of("AWS4-HMAC-SHA256 Credential=AKIDENV/eu-west-1/s3/aws4_request"), authorizations);
        assertEquals(Set.of(TOKEN), tokens);
    }

    @Test
    void aws_withWebIdentity() throws Exception {
        s3.fails(sts(Duration.ofHours(1)));
        startWithWebIdentity();
        assertFetches(aws());
        assertEquals(Set.of(TOKEN), tokens);
        assertEquals(1, given.get());
    }

    @Test
    void webIdentity_isRequestedAgainByTheNextAttempt() throws Exception {
        s3.fails(sts(NEARLY_EXPIRED));
        startWithWebIdentity();
        assertFetches(aws());
        int before = given.get();
        nearlyExpire();
        Conf conf = Confs.next(aws());
        assertEquals(Map.of("a", Contents.sha256(CONTENT)), pod.work(conf, "", 0).hash(conf.id()));
        assertTrue(given.get() > before);
    }

    @Test
    void webIdentity_whoseTokenIsGoneIsNoFaultOfTheJob() throws Exception {
        s3.fails(sts(NEARLY_EXPIRED));
        Path token = startWithWebIdentity();
        assertFetches(aws());
        nearlyExpire();
        Files.delete(token);
        assertGivesUp(Confs.next(aws()), "credentials");
    }

    @Test
    void sigterm_whileTheCredentialsProviderIsSilentEndsIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        s3.fails(exchange -> {
            asked.countDown();
            end.await();
            return true;
        });
        startWithWebIdentity();
        pod.work(aws(), "", 0);
        assertTrue(asked.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        process.destroy();
        assertEndsBySigterm();
    }

    @Test
    void profile_thatCannotBeReadIsNoFaultOfTheJob() throws Exception {
        Path config = Files.writeString(root.resolve("config"), "[profile audit\n");
        start(List.of(), Map.of("AWS_CONFIG_FILE", config.toString()));
        assertGivesUp(other(), "Profile definition");
    }

    @Test
    void aws_withAnSsoProfile() throws Exception {
        s3.fails(exchange -> {
            if (!exchange.header("Host").startsWith("portal.sso.")) {
                tokens.add(String.valueOf(exchange.header("x-amz-security-token")));
                return false;
            }
            exchange.send(("{\"roleCredentials\":{\"accessKeyId\":\"AKIDSSO\",\"secretAccessKey\":\"" + SECRET
                    + "\",\"sessionToken\":\"" + TOKEN + "\",\"expiration\":"
                    + Instant.now().plusSeconds(3600).toEpochMilli() + "}}").getBytes(StandardCharsets.UTF_8));
            return true;
        });
        Path config = Files.writeString(root.resolve("config"), "[profile audit]\nsso_start_url = https://my.start\n"
                + "sso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = reader\n");
        Path cache = Files.createDirectories(root.resolve("home/.aws/sso/cache"));
        Files.writeString(cache.resolve(sha1("https://my.start") + ".json"), "{\"accessToken\":\"t\",\"region\":"
                + "\"eu-west-1\",\"startUrl\":\"https://my.start\",\"expiresAt\":\"" + in(Duration.ofHours(1)) + "\"}");
        start(tls.javaOptions(), Map.of("AWS_PROFILE", "audit", "AWS_CONFIG_FILE", config.toString(), "HOME",
                root.resolve("home").toString()));
        assertFetches(aws());
        assertEquals(Set.of(TOKEN), tokens);
    }

    @Test
    void aws_withoutAnyCredentialsGivesUpWithThatReason() throws Exception {
        start(List.of(), Map.of());
        assertGivesUp(aws(), "credentials");
    }

    @Test
    void otherServer_withACertificateOfItsOwn() throws Exception {
        start(List.of(), Map.of("AWS_CA_BUNDLE", tls.pem().toString()));
        assertFetches(other());
        assertEquals(Set.of(), tunnel.hosts());
    }

    @Test
    void otherServer_withAnUnknownCertificateIsNotTrusted() throws Exception {
        start(List.of(), Map.of());
        pod.work(other(), "", 0);
        Await.until("the reason in the log", BOUND, () -> log().contains("PKIX path building failed"));
        assertTrue(authorizations.isEmpty());
    }

    @Test
    void caBundle_thatIsInvalidIsNamed() throws Exception {
        Path wrong = Files.writeString(root.resolve("wrong.pem"), "no certificate");
        start(List.of(), Map.of("AWS_CA_BUNDLE", wrong.toString()));
        assertGivesUp(other(), "AWS_CA_BUNDLE='" + wrong + "'");
    }

    @Test
    void sigterm_inTheMiddleOfABodyEndsIt() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        s3.fails(exchange -> {
            if (!exchange.verb().equals("GET")) {
                return false;
            }
            exchange.sendHead(200, exchange.objectHeaders(), CONTENT.length);
            exchange.write(CONTENT, CONTENT.length / 2);
            half.countDown();
            end.await();
            return true;
        });
        start(List.of(), Map.of("AWS_CA_BUNDLE", tls.pem().toString()));
        pod.work(other(), "", 0);
        assertTrue(half.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        process.destroy();
        assertEndsBySigterm();
        assertFalse(pod.directory.has(PodFile.S3_STOP));
    }

    /** Answers with credentials for the token of Kubernetes; other requests go to S3. */
    private FakeS3.Fault sts(Duration valid) {
        return exchange -> {
            if (!exchange.header("Host").startsWith("sts.")) {
                tokens.add(String.valueOf(exchange.header("x-amz-security-token")));
                return false;
            }
            given.incrementAndGet();
            expiry = in(valid);
            exchange.send(("<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                    + "<AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>" + SECRET + "</SecretAccessKey>"
                    + "<SessionToken>" + TOKEN + "</SessionToken><Expiration>" + expiry
                    + "</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
                    + "</AssumeRoleWithWebIdentityResponse>").getBytes(StandardCharsets.UTF_8));
            return true;
        };
    }

    /** @return the file with the token */
    private Path startWithWebIdentity() throws IOException {
        Path token = Files.writeString(root.resolve("token"), "a token of Kubernetes");
        start(tls.javaOptions(), Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(), "AWS_ROLE_ARN",
                "arn:aws:iam::123456789012:role/filehash", "AWS_REGION", "eu-west-1"));
        return token;
    }

    /**
     * Waits until the credentials that the SDK holds count as expired; no job runs meanwhile. It uses those that it got
     * too late for another second.
     */
    private void nearlyExpire() throws Exception {
        pod.directory.remove(PodFile.CONF);
        pod.directory.remove(PodFile.S3_FIN);
        Instant used = Instant.now();
        Await.until("the credentials count as expired", BOUND, () -> Instant.now().isAfter(expiry.minus(STALE))
                && Instant.now().isAfter(used.plusSeconds(1)));
    }

    private void start(List<String> options, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(S3FetchTool.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(root.resolve("log").toFile());
        builder.environment().keySet().removeIf(name -> name.matches("AWS_.*|.*(proxy|PROXY)"));
        builder.environment().putAll(Map.of("SHARED_DIR", root.resolve("dat").toString(), "HTTP_PORT", "0",
                "NO_PROXY", "localhost", "HTTPS_PROXY", tunnel.url().replace("//", "//user:pa%3Ass@"), "HTTP_PROXY",
                tunnel.url(), "AWS_EC2_METADATA_DISABLED", "true"));
        builder.environment().putAll(environment);
        Log.follow(root.resolve("log"));
        process = builder.start();
    }

    private void assertFetches(Conf conf) throws IOException {
        assertEquals(Map.of("a", Contents.sha256(CONTENT)), pod.work(conf, "", 0).hash(conf.id()));
    }

    private void assertGivesUp(Conf conf, String why) throws IOException {
        Stopped stopped = pod.work(conf, "", 0).stopped();
        assertEquals(Stopped.Fault.CONF, stopped.fault());
        assertTrue(stopped.why().contains(why), stopped.why());
    }

    /** Checks that the program ended by itself: one that hangs is halted after some seconds with the same exit code. */
    private void assertEndsBySigterm() throws Exception {
        assertTrue(process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS));
        assertEquals(143, process.exitValue());
        assertTrue(log().stripTrailing().endsWith("s3-fetch-tool2 ends: stopped by a signal"), log());
    }

    private Conf aws() {
        return Confs.of(new Conf.S3(FakeS3.BUCKET, null, "eu-west-1", null, null, null), 0, 1);
    }

    private Conf other() {
        return Confs.of(new Conf.S3(FakeS3.BUCKET, URI.create("https://localhost:" + s3.endpoint().getPort()),
                "eu-west-1", new Secret("AKID"), new Secret(SECRET), new Secret(TOKEN)), 0, 1);
    }

    private String log() throws IOException {
        return Files.readString(root.resolve("log"));
    }

    private static Instant in(Duration time) {
        return Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String sha1(String text) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1")
                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
