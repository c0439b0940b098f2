package filehash.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.slf4j.event.Level;

/**
 * Writes the log to standard error: plain lines or, from {@link #inJson} on, one JSON object for each event. Libraries
 * log only warnings, because some of them log secrets at debug. Safe for use by several threads.
 */
public final class LogLines {
    private static final String OURS = "filehash.";
    /** Loggers whose names begin so log nothing; for tests. */
    private static final String OFF = System.getProperty("filehash.log.off", OURS + "no");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    /** Plain ASCII, whatever the locale of the container. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static volatile Level level = Level.INFO;
    /** The fields of each line in JSON; null for plain lines. */
    private static volatile Map<String, Object> program;
    private static volatile Logged work;

    private LogLines() {
    }

    /** Sets the lowest level that our own loggers log. */
    public static void from(String lowest) {
        level = Level.valueOf(lowest.toUpperCase(Locale.ROOT));
    }

    /** Writes JSON from now on, also what libraries log by java.util.logging. */
    public static void inJson(String container, String pod) {
        program = new LinkedHashMap<>();
        program.put("container", container);
        program.put("pod", pod);
        Logger root = Logger.getLogger("");
        Stream.of(root.getHandlers()).forEach(root::removeHandler);
        Handler handler = new LibraryLines();
        root.addHandler(handler);
    }

    /** What the program works on from now on, or null. A line that names nothing else is about it. */
    public static void workOn(Logged what) {
        work = what;
    }

    static boolean isEnabled(String logger, Level at) {
        Level lowest = logger.startsWith(OURS) ? level : Level.WARN;
        return at.toInt() >= lowest.toInt() && !logger.startsWith(OFF);
    }

    /** @param named what a line names, or null */
    static void write(Level at, String logger, Logged named, String message, Throwable thrown) {
        String shortName = logger.substring(logger.lastIndexOf('.') + 1);
        String time = TIME.format(ZonedDateTime.now());
        Logged about = named == null ? work : named;
        String line = program != null ? json(time, at, shortName, about, message, thrown)
                : time + " " + at + " " + shortName + " - " + (named == null && about != null ? about + ": " : "")
                        + message + (thrown == null ? "" : System.lineSeparator() + stack(thrown));
        PrintStream out = System.err;
        synchronized (LogLines.class) {
            out.println(line);
            out.flush();
        }
    }

    private static String json(String time, Level at, String logger, Logged about, String message, Throwable thrown) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", time);
        line.put("level", at.name().toLowerCase(Locale.ROOT));
        line.putAll(program);
        Map<String, Object> fields = about == null ? Map.of() : about.fields();
        for (String field : List.of(Logged.REQUEST, Logged.JOB, Logged.ATTEMPT)) {
            if (fields.containsKey(field)) {
                line.put(field, fields.get(field));
            }
        }
        line.put("logger", logger);
        line.put("message", message);
        if (thrown != null) {
            line.put("stack", stack(thrown));
        }
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line of texts and numbers is no JSON", e);
        }
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing();
    }
}
