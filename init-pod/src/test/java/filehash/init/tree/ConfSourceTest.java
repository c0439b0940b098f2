package filehash.init.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.etcd.Snapshot;
import filehash.job.RateLimits;
import filehash.pod.Conf;
import filehash.program.Secret;
import filehash.program.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfSourceTest {
    private static final Map<String, String> ALL = Map.of("s3_bucket", "b", "s3_key", "k", "s3_secret", "S3-SECRET",
            "mysql_host", "db", "mysql_name", "filehash", "mysql_user", "u", "mysql_pass", "DB-PASS");

    @Test
    void conf_ofEtcdHasDefaultsForWhatIsOptional() {
        ConfSource.Places places = read(Map.of(), ALL);
        assertEquals("us-east-1", places.s3().region());
        assertNull(places.s3().endpoint());
        assertEquals(3306, places.mysql().port());
        assertEquals(new Secret("DB-PASS"), places.mysql().pass());
    }

    @Test
    void conf_ofTheEnvironmentAndOfFilesWins(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("pass"), "FILE-PASS\n");
        ConfSource.Places places = read(Map.of("CONF_MYSQL_PASS_FILE", file.toString(), "CONF_S3_REGION", "eu-1",
                "CONF_MYSQL_PORT", "3307"), ALL);
        assertEquals(new Secret("FILE-PASS"), places.mysql().pass());
        assertEquals("eu-1", places.s3().region());
        assertEquals(3307, places.mysql().port());
        Files.delete(file);
        assertEquals("CONF_MYSQL_PASS_FILE " + file + " cannot be read: NoSuchFileException",
                problem(Map.of("CONF_MYSQL_PASS_FILE", file.toString()), ALL));
    }

    @Test
    void conf_ofOtherServersAndPayersIsHanded() {
        assertFalse(read(Map.of(), ALL).s3().pathStyle());
        assertFalse(read(Map.of(), ALL).s3().requesterPays());
        Map<String, String> some = new HashMap<>(ALL);
        some.put("s3_endpoint", "https://s3.example");
        assertTrue(read(Map.of(), some).s3().pathStyle());
        some.put("s3_style", "virtual");
        some.put("s3_requester_pays", "true");
        assertFalse(read(Map.of(), some).s3().pathStyle());
        assertTrue(read(Map.of(), some).s3().requesterPays());
        assertTrue(read(Map.of("CONF_S3_STYLE", "path"), some).s3().pathStyle());
        assertEquals(new Conf.S3("run's", URI.create("https://s3.example"), "r", new Secret("k"),
                new Secret("S3-SECRET"), null, false, true),
                new Source("run's", URI.create("https://s3.example"), "r").with(read(Map.of(), some).s3()));
        assertTrue(new Source("run's", URI.create("https://other"), "r").with(read(Map.of(), some).s3()).pathStyle());
        assertEquals("p/conf/s3_style 'dns' is neither path nor virtual",
                problem(Map.of("CONF_S3_STYLE", "dns"), some));
    }

    @Test
    void conf_ofABucketWithoutOrderIsRefused() {
        assertTrue(problem(Map.of("CONF_S3_BUCKET", "b--usw2-az1--x-s3"), ALL).contains("S3 Express"));
    }

    @Test
    void conf_thatIsMissingIsNamed() {
        Map<String, String> some = new HashMap<>(ALL);
        some.keySet().removeAll(List.of("s3_bucket", "mysql_pass"));
        some.put("mysql_user", "");
        assertEquals("missing: p/conf/s3_bucket, p/conf/mysql_user, p/conf/mysql_pass", problem(Map.of(), some));
    }

    @Test
    void conf_withoutS3KeysLeavesThemToTheDefaultChainButWantsBoth() {
        Map<String, String> some = new HashMap<>(ALL);
        some.keySet().removeAll(List.of("s3_key", "s3_secret"));
        assertNull(read(Map.of(), some).s3().key());
        some.put("s3_key", "k");
        assertEquals("s3_key and s3_secret must be set together or not at all", problem(Map.of(), some));
    }

    @Test
    void conf_thatIsWrongNamesItselfAndNoSecret() {
        Map<String, String> some = new HashMap<>(ALL);
        some.put("mysql_port", "port");
        assertEquals("p/conf/mysql_port 'port' is not a port", problem(Map.of(), some));
        some.put("mysql_port", "70000");
        assertEquals("mysql port 70000 is not from 1 to 65535", problem(Map.of(), some));
        some.put("mysql_port", "3306");
        some.put("s3_region", "us east");
        assertEquals("s3_region 'us east' is not the name of a region", problem(Map.of(), some));
        some.put("s3_region", "fips-us-gov-west-1");
        assertEquals("s3_region 'fips-us-gov-west-1' must be the region itself, with AWS_USE_FIPS_ENDPOINT=true for "
                + "s3-fetch-tool2", problem(Map.of(), some));
    }

    @Test
    void limits_areNumbersAboveZeroOrAbsent() {
        Map<String, String> some = new HashMap<>(ALL);
        assertEquals(RateLimits.NONE, limits(some));
        some.put("max_requests_per_second", "5000");
        some.put("max_bytes_per_second", "2Gi");
        assertEquals(new RateLimits(5000, 2L << 30), limits(some));
        for (String wrong : List.of("0", "-1", "many", "1.5", "9223372036854775808", "9007199254740992Ki")) {
            some.put("max_bytes_per_second", wrong);
            assertEquals("p/conf/max_bytes_per_second '" + wrong + "' is not a number above 0; without the key there "
                    + "is no limit", problem(Map.of(), some));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3.example.com", "ftp://s3", "http://user:PASS@host", "http://user:PA/SS@host",
            "http://s3?a", "http://my_minio:9000", "http://", "http://a b"})
    void endpoint_thatIsNoPlainUrlIsRefusedUnseen(String endpoint) {
        Map<String, String> some = new HashMap<>(ALL);
        some.put("s3_endpoint", endpoint);
        assertEquals("p/conf/s3_endpoint is not an http:// or https:// URL of a host, with at most a port and a path",
                problem(Map.of(), some));
    }

    private static String problem(Map<String, String> environment, Map<String, String> conf) {
        return assertThrows(IllegalArgumentException.class, () -> read(environment, conf)).getMessage();
    }

    private static ConfSource.Places read(Map<String, String> environment, Map<String, String> conf) {
        return source(environment).read(etcd(conf));
    }

    private static RateLimits limits(Map<String, String> conf) {
        return source(Map.of()).limits(etcd(conf));
    }

    private static ConfSource source(Map<String, String> environment) {
        return new ConfSource(Settings.read(environment, 0), new Tree("p"));
    }

    private static Snapshot etcd(Map<String, String> conf) {
        return Snapshot.of(1, conf.entrySet().stream()
                .map(entry -> new Snapshot.Key("p/conf/" + entry.getKey(), entry.getValue(), 1, 1, 1, 0)).toList());
    }
}
