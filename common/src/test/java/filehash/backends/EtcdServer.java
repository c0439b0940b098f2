package filehash.backends;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * etcd with one member. After close and start it has lost its data. A test's own flags (--cert-file=/...,
 * --auth-token=...) come last and override ours.
 */
public final class EtcdServer extends Server {
    private static final String IMAGE = "quay.io/coreos/etcd:v3.5.21";
    private static final int CLIENT_PORT = 2379;
    private static final int HEALTH_PORT = 2381;
    /** Of a question that is repeated until the server has started. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

    private final String endpoint;
    private final int healthPort;

    private EtcdServer(String endpoint, int port, int healthPort, Host host) {
        super("etcd", port, host);
        this.endpoint = endpoint;
        this.healthPort = healthPort;
    }

    /** The shared server of this JVM; a test must use a prefix of its own. */
    public static EtcdServer shared() {
        return Shared.SERVER;
    }

    /** A started server for one test. */
    public static EtcdServer startOwn(String... flags) throws IOException {
        return started(() -> create(List.of(flags)));
    }

    /** A program of this machine, even if the other backends are containers. */
    public static EtcdServer startProgram(String... flags) throws IOException {
        return started(() -> {
            int port = Ports.free();
            int healthPort = Ports.free();
            String endpoint = "http://127.0.0.1:" + port;
            return new EtcdServer(endpoint, port, healthPort, program(endpoint, healthPort, List.of(flags)));
        });
    }

    public String endpoint() {
        return endpoint;
    }

    /** Its metrics, such as its own count of the requests that it received. */
    public String metrics() throws IOException {
        return read("/metrics", Await.BOUND);
    }

    @Override
    boolean serves() throws IOException {
        return read("/health", LONGEST_LOOK).contains("\"health\":\"true\"");
    }

    private String read(String path, Duration longest) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + address() + ":" + healthPort + path)
                .toURL().openConnection();
        connection.setConnectTimeout((int) longest.toMillis());
        connection.setReadTimeout((int) longest.toMillis());
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static EtcdServer create(List<String> flags) throws IOException {
        int port = Ports.free();
        int healthPort = Ports.free();
        boolean tls = flags.stream().anyMatch(flag -> flag.startsWith("--cert-file="));
        String endpoint = (tls ? "https" : "http") + "://127.0.0.1:" + port;
        Host host = Host.isDocker() ? container(endpoint, port, healthPort, flags)
                : program(endpoint, healthPort, flags);
        return new EtcdServer(endpoint, port, healthPort, host);
    }

    private static Host program(String endpoint, int healthPort, List<String> flags) throws IOException {
        String etcd = HostProgram.find("etcd", "etcd-server etcd-client");
        Path folder = HostProgram.newFolder("etcd");
        List<String> command = new ArrayList<>(List.of(etcd));
        command.addAll(flags(folder.resolve("data").toString(), endpoint, endpoint, "http://127.0.0.1:" + healthPort));
        command.addAll(flags);
        return new HostProgram(folder, command);
    }

    private static Host container(String endpoint, int port, int healthPort, List<String> flags) {
        List<String> arguments = new ArrayList<>(flags("/tmp/data",
                endpoint.substring(0, endpoint.indexOf(':')) + "://0.0.0.0:" + CLIENT_PORT, endpoint,
                "http://0.0.0.0:" + HEALTH_PORT));
        arguments.addAll(flags);
        return new DockerContainer(Host.setting("FILEHASH_ETCD_IMAGE", IMAGE),
                Map.of(port, CLIENT_PORT, healthPort, HEALTH_PORT)).command("etcd", arguments).files(flags);
    }

    /**
     * Without fsync a put survives kill -9, but no crash of the machine. With it, a busy disk delays each put by
     * seconds.
     */
    private static List<String> flags(String data, String listen, String advertise, String health) {
        return Stream.of("data-dir=" + data, "listen-client-urls=" + listen, "advertise-client-urls=" + advertise,
                "listen-metrics-urls=" + health, "listen-peer-urls=http://127.0.0.1:0",
                "initial-advertise-peer-urls=http://127.0.0.1:0", "initial-cluster=default=http://127.0.0.1:0",
                "auto-compaction-retention=1h", "unsafe-no-fsync", "logger=zap", "log-level=warn")
                .map(flag -> "--" + flag).toList();
    }

    private static final class Shared {
        static final EtcdServer SERVER = startShared(() -> create(List.of()));
    }
}
