package filehash.deaths;

import filehash.backends.Packaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a pod is to be started. Owned by the scenario that fills it in. */
final class PodPlan {
    private final String name;
    private final Path directory;
    private final Path logs;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, List<String>> before = new LinkedHashMap<>();

    PodPlan(String name, Path directory, Path logs, Map<String, String> settings) {
        this.name = name;
        this.directory = directory;
        this.logs = logs;
        this.settings.putAll(settings);
    }

    String name() {
        return name;
    }

    Path directory() {
        return directory;
    }

    PodPlan with(String setting, Object value) {
        settings.put(setting, value.toString());
        return this;
    }

    /** Shows the pod another boot id, by a mount that only this pod sees. */
    PodPlan onBoot(String id) throws IOException {
        Path file = Files.writeString(logs.resolve(name + ".boot"), id + "\n");
        for (String program : WiredPod.PROGRAMS) {
            runBy(program, "/usr/bin/unshare", "-m", "/bin/sh", "-c",
                    "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"", file.toString());
        }
        return this;
    }

    /** Starts the program through another one, which executes it. */
    PodPlan runBy(String program, String... words) {
        before.put(program, List.of(words));
        return this;
    }

    List<String> command(String program) {
        List<String> command = new ArrayList<>(before.getOrDefault(program, List.of()));
        command.addAll(Packaged.command(program, "-XX:-UsePerfData", "-Xmx96m"));
        return command;
    }

    Map<String, String> environment(String program, int etcd, int mysql, int s3) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of("SHARED_DIR", directory.toString(),
                "HOSTNAME", name, "HTTP_PORT", "0"));
        if (program.equals(WiredPod.INIT)) {
            environment.put("ETCD_ENDPOINTS", "http://127.0.0.1:" + etcd);
            environment.put("CONF_MYSQL_PORT", Integer.toString(mysql));
        }
        if (program.equals(WiredPod.FETCH)) { // a run has one endpoint, so each pod has its own way to it
            environment.put("HTTP_PROXY", "http://127.0.0.1:" + s3);
        }
        environment.putAll(settings);
        return environment;
    }

    Path log(String program) {
        return logs.resolve(name + "-" + program + ".log");
    }

    boolean drains() {
        return settings.containsKey("EXIT_WHEN_IDLE");
    }

    int filesLimit() {
        return Integer.parseInt(settings.get("FILES_LIMIT"));
    }

    long filesBytes() {
        return Long.parseLong(settings.get("FILES_BYTES"));
    }
}
