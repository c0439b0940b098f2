package filehash.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import filehash.backends.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private static final String TIME =
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}(Z|[+-][0-9:]+)";

    @Test
    void plainLine_hasTimeLevelAndClassAndNamesTheJob() throws Exception {
        List<String> lines = lines("plain");
        assertTrue(lines.get(0).matches(TIME + " INFO Speaker - begins, one and 2"), lines.get(0));
        List<String> rest = lines.stream().map(line -> line.replaceFirst("^" + TIME + " ", "")).toList();
        assertEquals(List.of("INFO Speaker - begins, one and 2",
                "INFO Speaker - request 1, job 3 of run r, attempt 2: starts",
                "WARN Speaker - request 2 is bad: no root",
                "ERROR Speaker - request 1, job 3 of run r, attempt 2: two lines:",
                "\"second\" (secret)",
                "WARN Speaker - request 1, job 3 of run r, attempt 2: cannot write",
                "java.lang.IllegalStateException: the disk is full"), rest.subList(0, 7));
        assertTrue(rest.contains("WARN Signer - request 1, job 3 of run r, attempt 2: slow"), rest.toString());
        assertEquals("ERROR Speaker - ends", rest.get(rest.size() - 1));
    }

    @Test
    void jsonLine_isOneObjectWithTheFieldsOfTheJob() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : lines("json")) {
            lines.add(new JsonMapper().readTree(line));
        }
        assertTrue(lines.get(0).get("time").asText().matches(TIME), lines.toString());
        assertEquals(List.of("info file-hasher2 pod-1 null null null Speaker begins, one and 2",
                "info file-hasher2 pod-1 null null null Speaker hashes \u00c4rzte \ud834\udd1e",
                "info file-hasher2 pod-1 1 3 2 Speaker starts",
                "warn file-hasher2 pod-1 2 null null Speaker request 2 is bad: no root",
                "error file-hasher2 pod-1 1 3 2 Speaker two lines:\n\"second\" (secret)",
                "warn file-hasher2 pod-1 1 3 2 Speaker cannot write",
                "warn file-hasher2 pod-1 1 3 2 Signer slow",
                "warn file-hasher2 pod-1 null null null Channel lost etcd",
                "error file-hasher2 pod-1 null null null Speaker ends"),
                lines.stream().map(LogLinesTest::text).toList());
        assertTrue(lines.get(5).get("stack").asText().startsWith("java.lang.IllegalStateException: the disk is "
                + "full\n\tat filehash.log.Speaker.main"), lines.get(5).toString());
        assertFalse(lines.get(4).has("stack"));
    }

    private static String text(JsonNode line) {
        return String.join(" ", List.of("level", "container", "pod", "request", "job", "attempt", "logger", "message")
                .stream().map(field -> line.path(field).asText("null")).toList());
    }

    private static List<String> lines(String format) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                Speaker.class.getName(), format).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C"); // as in a container, which has no locale
        Process process = builder.start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Await.BOUND.toSeconds(), TimeUnit.SECONDS), log);
        assertEquals(0, process.exitValue(), log);
        return log.lines().toList();
    }
}
