package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.documents.TableRow;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentedSettingsTest {
    /** Variables that s3-fetch-tool2 reads itself, as other programs do. */
    private static final Set<String> OF_OTHERS = Set.of("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "AWS_CA_BUNDLE");

    /** An environment without variables, which records the names that are read. */
    private static final class Asked extends HashMap<String, String> {
        private static final long serialVersionUID = 1;
        private final TreeSet<String> names = new TreeSet<>();

        @Override
        public String get(Object name) {
            names.add((String) name);
            return null;
        }
    }

    private final Asked asked = new Asked();
    private final Settings settings = Settings.read(asked, 0);

    @Test
    void settings_areThoseOfTheReadme() throws Exception {
        Set<String> documented = TableRow.names("README.md", "variable");
        documented.removeAll(OF_OTHERS);
        documented.removeIf(name -> name.startsWith("CONF_") || name.equals("…"));
        Set<String> read = new TreeSet<>(asked.names);
        read.removeIf(name -> name.startsWith("CONF_") || name.endsWith("_FILE"));
        assertEquals(read, documented);
    }

    @Test
    void settings_byFilesStandInTheReadme() throws Exception {
        String readme = Files.readString(TableRow.repository().resolve("README.md"));
        asked.names.stream().filter(name -> name.endsWith("_FILE"))
                .map(name -> name.replaceFirst("^CONF_.*_FILE", "CONF_…_FILE"))
                .forEach(name -> assertTrue(readme.contains(name), name));
    }

    @Test
    void defaults_areThoseOfTheReadme() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        for (TableRow row : TableRow.of("README.md", "variable")) {
            documented.put(row.cells().get(0), row.cells().get(1));
        }
        Map<String, String> read = new TreeMap<>(Map.of("SHARED_DIR", settings.sharedDir().toString(),
                "MAX_ATTEMPTS", "" + settings.maxAttempts(), "LOG_LEVEL", settings.logLevel(),
                "ETCD_ENDPOINTS", settings.etcdEndpoints().get(0).toString().replace("127.0.0.1", "HOST_IP"),
                "LEASE_SECONDS", "" + settings.lease().toSeconds(), "EXIT_WHEN_IDLE", "" + settings.exitWhenIdle(),
                "FILES_LIMIT", "" + settings.filesLimit(), "FILES_BYTES", (settings.filesBytes() >> 20) + "Mi",
                "S3_CONNECTIONS", "" + settings.s3Connections(),
                "PLAN_SECONDS", "" + settings.planTime().toSeconds()));
        read.put("SEGMENT_BYTES", (settings.segmentBytes() >> 20) + "Mi");
        read.forEach((name, value) -> assertEquals(value, documented.get(name), name));
    }

    @Test
    void exitCodes_areThoseOfTheReadme() throws Exception {
        Set<String> used = new TreeSet<>(Set.of("143")); // the JVM's own, after SIGTERM
        for (Field field : Program.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
                used.add(field.get(null).toString());
            }
        }
        String documented = Files.readString(TableRow.repository().resolve("README.md")).lines()
                .filter(line -> line.startsWith("Exit codes: ")).findFirst().orElseThrow().substring(12);
        assertEquals(used, Arrays.stream(documented.split("; ")).map(code -> code.replaceFirst(" .*", ""))
                .collect(Collectors.toCollection(TreeSet::new)));
    }
}
