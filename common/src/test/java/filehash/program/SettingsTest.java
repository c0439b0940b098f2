package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void read_ofAnEmptyEnvironmentGivesTheDocumentedDefaults() {
        Settings settings = Settings.read(Map.of("HOSTNAME", "pod-1", "ETCD_PREFIX", " "), 8081);
        assertEquals(Path.of("/dat"), settings.sharedDir());
        assertEquals("pod-1", settings.hostname());
        assertEquals(List.of(URI.create("http://127.0.0.1:2379")), settings.etcdEndpoints());
        assertEquals("", settings.etcdPrefix());
        assertEquals(Duration.ofSeconds(15), settings.lease());
        assertEquals(5, settings.maxAttempts());
        assertFalse(settings.exitWhenIdle());
        assertEquals(10, settings.filesLimit());
        assertEquals(512L << 20, settings.filesBytes());
        assertEquals(8L << 20, settings.segmentBytes());
        assertEquals(64, settings.s3Connections());
        assertEquals(8081, settings.httpPort());
        assertEquals("info", settings.logLevel());
    }

    @Test
    void read_takesWhatIsSet() {
        Settings settings = Settings.read(Map.of("HOST_IP", "fd00::1", "ETCD_PREFIX", "/team-a//", "FILES_BYTES",
                "1Gi", "SEGMENT_BYTES", "32Mi", "S3_CONNECTIONS", "256",
                "EXIT_WHEN_IDLE", "TRUE", "CONF_MYSQL_PASS", "pw", "CONF_S3_SECRET_FILE", "/run/s3"), 8081);
        assertEquals(List.of(URI.create("http://[fd00::1]:2379")), settings.etcdEndpoints());
        assertEquals("/team-a", settings.etcdPrefix());
        assertEquals(1L << 30, settings.filesBytes());
        assertEquals(32L << 20, settings.segmentBytes());
        assertEquals(256, settings.s3Connections());
        assertEquals(Map.of("mysql_pass", new Secret("pw")), settings.conf());
        assertEquals(Map.of("s3_secret", Path.of("/run/s3")), settings.confFiles());
        assertEquals(List.of(URI.create("https://a:1"), URI.create("https://b:2")),
                Settings.read(Map.of("ETCD_ENDPOINTS", "https://a:1, https://b:2"), 0).etcdEndpoints());
    }

    @Test
    void read_namesEverySettingThatIsWrong() {
        Map<String, String> wrong = new HashMap<>(Map.of("LEASE_SECONDS", "4", "MAX_ATTEMPTS", "many",
                "FILES_LIMIT", "0", "FILES_BYTES", "9999999999Gi", "HTTP_PORT", "65536", "LOG_LEVEL", "loud",
                "EXIT_WHEN_IDLE", "yes", "ETCD_ENDPOINTS", "http://a:2379,https://b:2379", "HOST_IP", "not a host",
                "CONF_MYSQL_PORT", "x"));
        wrong.put("CONF_S3_ENDPOINT", "ftp://s3");
        wrong.put("S3_CONNECTIONS", "257");
        wrong.put("SEGMENT_BYTES", "255");
        wrong.put("CONF_MAX_BYTES_PER_SECOND", "0");
        String message = assertThrows(IllegalArgumentException.class, () -> Settings.read(wrong, 0)).getMessage();
        for (String name : wrong.keySet()) {
            String problem = name + "='" + wrong.get(name) + "' is not ";
            assertEquals(1, message.lines().filter(line -> line.startsWith(problem)).count(), name + " in " + message);
        }
    }

    @Test
    void read_refusesHalfOfWhatBelongsTogether() {
        for (Map<String, String> wrong : List.of(Map.of("ETCD_CERT", "/c"), Map.of("ETCD_KEY", "/k"),
                Map.of("ETCD_USER", "root"), Map.of("ETCD_PASSWORD", "pw"),
                Map.of("ETCD_USER", "u", "ETCD_PASSWORD", "pw", "ETCD_PASSWORD_FILE", "/f"),
                Map.of("CONF_MYSQL_PASS", "pw", "CONF_MYSQL_PASS_FILE", "/f"))) {
            assertThrows(IllegalArgumentException.class, () -> Settings.read(wrong, 0), wrong.toString());
        }
        assertEquals("u", Settings.read(Map.of("ETCD_USER", "u", "ETCD_PASSWORD_FILE", "/f"), 0).etcdUser());
    }

    @Test
    void errors_andTextsShowNoSecret() {
        Map<String, String> environment = Map.of("ETCD_USER", "u", "ETCD_PASSWORD", "etcd-secret",
                "CONF_S3_SECRET", "s3-secret", "CONF_MYSQL_PASS", "mysql-secret",
                "ETCD_ENDPOINTS", "http://me:url-secret@etcd:2379", "CONF_S3_ENDPOINT", "http://me:a/url-secret@s3");
        String message =
                assertThrows(IllegalArgumentException.class, () -> Settings.read(environment, 0)).getMessage();
        Map<String, String> right = new HashMap<>(environment);
        right.keySet().removeAll(List.of("ETCD_ENDPOINTS", "CONF_S3_ENDPOINT"));
        for (String text : List.of(message, Settings.read(right, 0).toString())) {
            assertFalse(text.matches("(?s).*(etcd|s3|mysql|url)-secret.*"), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"me:url-secret@etcd:2379", "http:/me:url-secret@etcd:2379", "http://me:url-secret,x@etcd",
            "http://etcd:2379,me:url-secret@etcd2:2379", "http://me:url-secret@x@etcd:2379"})
    void endpoint_thatIsMalformedIsShownWithoutWhatStandsBeforeItsLastAtSign(String endpoint) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> Settings.read(Map.of("ETCD_ENDPOINTS", endpoint), 0))
                        .getMessage();
        assertFalse(message.contains("url-secret"), message);
        assertTrue(message.contains("(secret)@etcd"), message);
    }
}
