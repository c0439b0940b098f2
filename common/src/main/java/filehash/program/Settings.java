package filehash.program;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The validated environment of a container. Every program checks every setting, even those of the other programs,
 * because they share a ConfigMap, and the exit code of a native sidecar does not fail a Job. Only the program that
 * needs a file opens it.
 *
 * @param etcdPrefix the prefix of every key, without a slash at its end, or empty
 * @param etcdPassword the value of ETCD_PASSWORD, or null
 * @param httpPort 0 for none
 * @param conf the settings of /conf that the environment contains, by their key, such as mysql_host
 * @param confFiles the files that contain such settings, by their key; they are read at each claim
 */
public record Settings(Path sharedDir, String hostname, List<URI> etcdEndpoints, String etcdPrefix, String etcdUser,
        Secret etcdPassword, Path etcdPasswordFile, Path etcdCacert, Path etcdCert, Path etcdKey, Duration lease,
        int maxAttempts, boolean exitWhenIdle, int filesLimit, long filesBytes, long segmentBytes, int s3Connections,
        Duration planTime, int httpPort, String logLevel, Map<String, Secret> conf, Map<String, Path> confFiles) {

    /** The keys below /conf/. */
    public static final List<String> CONF_KEYS = List.of("s3_bucket", "s3_key", "s3_secret", "mysql_host", "mysql_name",
            "mysql_user", "mysql_pass", "s3_endpoint", "s3_region", "s3_token", "s3_style",
            "s3_requester_pays", "mysql_port", "mysql_params", "webhook_url", "webhook_secret",
            "max_requests_per_second", "max_bytes_per_second");

    private static final int LONGEST_HOSTNAME = 253;
    /** Each segment is a request and a file. Tests use such small ones; an 8 that is meant as 8Mi is refused. */
    private static final long LEAST_SEGMENT = 256;
    private static final String LOG_FORMAT = "LOG_FORMAT";
    private static final String JSON = "json";

    /** Whether the log is JSON; known even if other settings are wrong. */
    static boolean inJson(Map<String, String> environment) {
        return JSON.equalsIgnoreCase(environment.getOrDefault(LOG_FORMAT, "").strip());
    }

    /** The pod's name; known even if other settings are wrong. */
    static String pod(Map<String, String> environment) {
        return new Environment(environment).text("HOSTNAME", Environment.machineName(), LONGEST_HOSTNAME);
    }

    /** @throws IllegalArgumentException with a line for each wrong setting */
    public static Settings read(Map<String, String> environment, int httpPort) {
        Environment env = new Environment(environment);
        Settings settings = new Settings(
                env.path("SHARED_DIR", Path.of("/dat")),
                env.text("HOSTNAME", Environment.machineName(), LONGEST_HOSTNAME),
                env.urls("ETCD_ENDPOINTS", "http://" + env.host("HOST_IP", "127.0.0.1") + ":2379"),
                env.text("ETCD_PREFIX", "", 1000).replaceFirst("/+$", ""),
                env.text("ETCD_USER", null, 1000),
                env.secret("ETCD_PASSWORD"),
                env.secretFile("ETCD_PASSWORD"),
                env.path("ETCD_CACERT", null),
                env.path("ETCD_CERT", null),
                env.path("ETCD_KEY", null),
                Duration.ofSeconds(env.number("LEASE_SECONDS", 15, 5, 3600)),
                env.number("MAX_ATTEMPTS", 5, 1, 1000),
                env.flag("EXIT_WHEN_IDLE"),
                env.number("FILES_LIMIT", 10, 1, 1000),
                env.bytes("FILES_BYTES", 512L << 20, 1),
                env.bytes("SEGMENT_BYTES", 8L << 20, LEAST_SEGMENT),
                env.number("S3_CONNECTIONS", 64, 1, 256),
                Duration.ofSeconds(env.number("PLAN_SECONDS", 60, 1, 3600)),
                env.number("HTTP_PORT", httpPort, 0, 65_535),
                env.word("LOG_LEVEL", List.of("info", "debug", "warn", "error")),
                env.conf(CONF_KEYS, env::secret),
                env.conf(CONF_KEYS, env::secretFile));
        env.together("ETCD_CERT", settings.etcdCert, "ETCD_KEY", settings.etcdKey);
        env.together("ETCD_USER", settings.etcdUser, "ETCD_PASSWORD or ETCD_PASSWORD_FILE",
                settings.etcdPassword == null ? settings.etcdPasswordFile : settings.etcdPassword);
        env.word(LOG_FORMAT, List.of("plain", JSON));
        env.number("CONF_MYSQL_PORT", 1, 1, 65_535);
        env.url("CONF_S3_ENDPOINT");
        env.number("CONF_MAX_REQUESTS_PER_SECOND", 1, 1, Integer.MAX_VALUE);
        env.bytes("CONF_MAX_BYTES_PER_SECOND", 1, 1);
        env.check();
        return settings;
    }
}
