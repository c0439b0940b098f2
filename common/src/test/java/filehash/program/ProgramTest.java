package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import filehash.backends.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a program begins and ends, by the one that only checks its settings. */
class ProgramTest {
    private final List<String> lines = new ArrayList<>();

    @Test
    void lastLine_saysWhyItEnds() throws Exception {
        assertEquals(0, exitCode(Map.of()));
        assertTrue(lines.get(0).contains(" INFO Program - settings "), lines.toString());
        assertTrue(lines.get(lines.size() - 1).endsWith(" INFO Program - settings ends: nothing is left to do"),
                lines.toString());
    }

    @Test
    void lastLine_namesAWrongSettingAndNoSecret() throws Exception {
        assertEquals(64, exitCode(Map.of("ETCD_ENDPOINTS", "http://user:hidden@etcd", "LOG_FORMAT", "json")));
        JsonNode last = new JsonMapper().readTree(lines.get(lines.size() - 1));
        assertEquals("error", last.get("level").asText());
        assertEquals("settings", last.get("container").asText());
        assertEquals("pod-1", last.get("pod").asText());
        assertTrue(last.get("message").asText().startsWith("wrong setting: ETCD_ENDPOINTS="), last.toString());
        assertFalse(lines.toString().contains("hidden"), lines.toString());
    }

    @Test
    void format_isPlainOrJson() throws Exception {
        assertEquals(64, exitCode(Map.of("LOG_FORMAT", "xml")));
        assertTrue(lines.get(lines.size() - 1).contains("LOG_FORMAT='xml' is not one of [plain, json]"),
                lines.toString());
    }

    private int exitCode(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                Check.class.getName()).redirectErrorStream(true);
        builder.environment().put("HOSTNAME", "pod-1");
        builder.environment().putAll(environment);
        Process process = builder.start();
        lines.addAll(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        assertTrue(process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS), lines.toString());
        return process.exitValue();
    }
}
